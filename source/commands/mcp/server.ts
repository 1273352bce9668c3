import { execFile } from 'node:child_process';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { errorMessage } from '../../lib/error.ts';
import { type Tool, tools } from './tools.ts';

/** Bytes of an answer; more is cut off by asking for less. */
const LARGEST = 4 * 1024 * 1024;
/** Milliseconds that a command may take. */
const TIMEOUT = 60_000;

export type ServeOptions = {
  version: string;
  /** The program that runs the commands, with the words before them: deskhand itself. */
  program: readonly [string, ...string[]];
  /** General flags of `deskhand mcp`, for every command. */
  flags: readonly string[];
};

/** `deskhand mcp`: the Model Context Protocol over stdin and stdout, until stdin ends. Answers the exit status. */
export async function serve({ version, program, flags }: ServeOptions): Promise<number> {
  const server = new Server({ name: 'deskhand', version }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema: { ...inputSchema, required: [...inputSchema.required] },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) return answer(`There is no tool "${params.name}".`, true);
    return call(tool, params.arguments, { program, flags, signal });
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
    process.stdin.on('end', resolve);
  });
  await server.connect(new StdioServerTransport());
  await closed;
  return 0;
}

type Answer = { content: { type: 'text'; text: string }[]; isError?: boolean };

function answer(text: string, isError = false): Answer {
  return { content: [{ type: 'text', text }], ...(isError ? { isError } : {}) };
}

type Call = Pick<ServeOptions, 'program' | 'flags'> & { signal: AbortSignal };

/** What the command prints is the answer; where it prints nothing, its error is. */
async function call(tool: Tool, given: unknown, { program, flags, signal }: Call): Promise<Answer> {
  let line: readonly string[];
  try {
    line = tool.commandLine(given);
  } catch (error) {
    return answer(`${tool.name}: ${errorMessage(error)}`, true);
  }
  const [file, ...before] = program;
  return new Promise((resolve) => {
    const options = { maxBuffer: LARGEST, timeout: TIMEOUT, signal };
    execFile(file, [...before, ...flags, ...line], options, (error, stdout, stderr) => {
      if (stdout === '' && (error !== null || stderr !== ''))
        return resolve(answer(stderr.trim() || errorMessage(error), true));
      try {
        resolve(answer(tool.part?.(stdout, given) ?? stdout));
      } catch (trouble) {
        resolve(answer(errorMessage(trouble), true));
      }
    });
  });
}

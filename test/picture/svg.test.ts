import { expect, it } from 'vitest';
import { createScreen } from '../harness/screen.ts';
import { toSvg } from './svg.ts';

it('draws text, colours, inverse and box lines in their places', async () => {
  const screen = createScreen(20, 3);
  screen.write('\u001b[31mred\u001b[0m <&>\r\n\u001b[7minverse\u001b[0m\r\n┌──\u001b[38;2;1;2;3m漢\u001b[0m▄⣿');
  await screen.settled();
  const svg = toSvg(screen.cells(), 'A <test>');
  expect(svg).toContain('<title>A &lt;test&gt;</title>');
  expect(svg).toMatch(/fill="#ef6b73" textLength="25.2"[^>]*>red</);
  expect(svg).toMatch(/x="47.6"[^>]*textLength="25.2"[^>]*>&lt;&amp;&gt;</);
  expect(svg).toMatch(/<rect x="14" y="32" width="58.8" height="18" fill="#d5dae3"\/>/);
  expect(svg).toMatch(/<text x="14" y="45" fill="#14181f"[^>]*>inverse</);
  expect(svg).toMatch(/<path d="M18.2 59H22.4M18.2 59V68"/);
  expect(svg).toMatch(/<path d="M30.8 59H39.2M30.8 59H22.4"/);
  expect(svg).toMatch(/x="39.2"[^>]*fill="#010203" textLength="16.8"[^>]*>漢</);
  screen.close();
});

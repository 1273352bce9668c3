/** What was typed into each kind of prompt, oldest first: the arrows bring it back. */
export type Typed = Readonly<Record<'command' | 'filter' | 'search', readonly string[]>>;

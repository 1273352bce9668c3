/** The version and commit that the build has put in; a program that was not built does not know them. */
export const VERSION = process.env.DESKHAND_VERSION ?? 'not built';

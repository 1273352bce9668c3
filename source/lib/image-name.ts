/** The short name of an image: `registry:5000/team/postgres:15@sha256:…` becomes `team/postgres`. */
export function imageName(image: string): string {
  const [reference = ''] = image.split('@');
  const name = reference.replace(/:[^/:]*$/, '');
  const [first = '', ...rest] = name.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? rest.join('/') : name;
}

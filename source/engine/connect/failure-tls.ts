import type { Endpoint } from './endpoint.ts';

import { type Explained, oneLine } from './explained.ts';

type Rule = { when: RegExp; message: (url: string) => string; advice: string };

/**
 * Recognised by OpenSSL's and Node's error codes and messages (nodejs.org/api/tls.html, X509 certificate error codes). First match wins.
 */
const RULES: readonly Rule[] = [
  {
    when: /CERT_HAS_EXPIRED/,
    message: (url) => `The certificate of ${url} has expired.`,
    advice: "Renew the engine's certificate, or check this machine's clock.",
  },
  {
    when: /CERT_NOT_YET_VALID/,
    message: (url) => `The certificate of ${url} is not valid yet.`,
    advice: 'Check the clocks of both machines.',
  },
  {
    when: /CERT_REVOKED/,
    message: (url) => `The certificate of ${url} has been revoked.`,
    advice: 'Issue a new one for the engine.',
  },
  {
    when: /ERR_TLS_CERT_ALTNAME_INVALID/,
    message: (url) => `The certificate of ${url} is for another name.`,
    advice: 'Use a host name that is in the certificate, or add this one to its subjectAltName.',
  },
  {
    when: /SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF|UNABLE_TO_GET_ISSUER|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE_FAILURE/,
    message: (url) => `The certificate of ${url} is signed by an unknown authority.`,
    advice: "Put the engine's ca.pem into DOCKER_CERT_PATH, or into the docker context (`docker context update`).",
  },
  {
    when: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_LAYER/i,
    message: (url) => `${url} does not speak TLS, but TLS was asked for.`,
    advice: "Unset DOCKER_TLS_VERIFY and DOCKER_TLS, or use the engine's TLS port (2376).",
  },
  {
    when: /ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN)/i,
    message: (url) => `${url} does not accept this client's certificate.`,
    advice: 'Check that cert.pem and key.pem were issued by the authority that the engine trusts (--tlscacert).',
  },
  {
    when: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/i,
    message: (url) => `${url} speaks a TLS version that is too old.`,
    advice: 'Update the engine: TLS 1.2 or newer is needed.',
  },
  {
    when: /^ERR_OSSL|KEY_VALUES_MISMATCH|PEM|ERR_CRYPTO|ERR_TLS_/i,
    message: (url) => `The TLS files for ${url} cannot be used.`,
    advice:
      'Check that ca.pem, cert.pem and key.pem are PEM files, unencrypted, and that key and certificate belong together.',
  },
];

/** A failure of TLS in words; undefined when the error is not one. */
export function explainTls(code: string, message: string, endpoint: Endpoint): Explained | undefined {
  if (endpoint.target.kind !== 'tcp' || !endpoint.target.tls) return undefined;
  // EPROTO has OpenSSL's reason in its message.
  const reason = code === 'EPROTO' ? message.replaceAll(' ', '_') : code;
  const rule = RULES.find(({ when }) => when.test(reason));
  if (rule) return { kind: 'tls', message: rule.message(endpoint.url), advice: rule.advice };
  if (code !== 'EPROTO' && !code.startsWith('ERR_SSL_')) return undefined;
  return {
    kind: 'tls',
    message: `TLS with ${endpoint.url} failed: ${oneLine(message)}.`,
    advice: 'Check certificates and versions of both sides.',
  };
}

/** A Go server's answer to plain HTTP on its TLS port. */
export function wantsTls(endpoint: Endpoint): Explained {
  return {
    kind: 'tls',
    message: `${endpoint.url} expects TLS, but was contacted without it.`,
    advice: 'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a docker context that contains the TLS files.',
  };
}

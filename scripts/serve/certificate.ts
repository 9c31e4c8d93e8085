/** A certificate that this server signs for itself: browsers warn of it once, and then give the page what plain http may not have. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

export interface Certificate {
  readonly tls: { readonly key: string; readonly cert: string };
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string;
}

/** Longer ones are refused by some browsers. */
const validDays = 90;

/** For these names and addresses, with a key that never leaves this process. */
export function selfSigned(hosts: readonly string[], now: Date = new Date()): Certificate {
  // Node makes the key in milliseconds, where forge takes seconds.
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // Positive, and different each time: browsers refuse two certificates of one issuer with one number.
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(15))}`;
  certificate.validity.notBefore = new Date(now.getTime() - 86_400_000);
  certificate.validity.notAfter = new Date(now.getTime() + validDays * 86_400_000);
  const name = [{ name: 'commonName', value: 'attnbench serve' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
    },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  const cert = forge.pki.certificateToPem(certificate);
  return { tls: { key: privateKey, cert }, fingerprint: new X509Certificate(cert).fingerprint256 };
}

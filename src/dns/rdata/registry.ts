/** The registry: for each RR type, the codec of its RDATA. */
import { CLASS_IN } from '../types.ts';
import { A6 } from './a6.ts';
import { ipv4, ipv6 } from './address.ts';
import { APL } from './apl.ts';
import { chaosAddress } from './chaos.ts';
import { charString, charStrings, optionalCharString } from './char-string.ts';
import { domainName } from './domain-name.ts';
import { base64Rest, dashedBase64Rest, hashedName, hexRest, salt } from './encoded.ts';
import { type Codec, sequence } from './field.ts';
import { AMTRELAY, IPSECKEY } from './gateway.ts';
import { eui48, eui64, value64 } from './hex-groups.ts';
import { HIP } from './hip.ts';
import { keyFlags, optionalKey } from './key-flags.ts';
import { LOC } from './loc.ts';
import {
  ALGORITHMS,
  CERTIFICATE_TYPES,
  DIGEST_TYPES,
  DSYNC_SCHEMES,
  mnemonicU8,
  mnemonicU16,
  NSEC3_HASHES,
  PROTOCOLS,
} from './mnemonic.ts';
import { substitution } from './naptr.ts';
import { period, u8, u16, u32 } from './number.ts';
import { nxtBitmap } from './nxt.ts';
import { ATMA, NSAP, X25 } from './old-address.ts';
import {
  digestLength,
  fingerprintLength,
  hashLength,
  noFlags,
  privateName,
  signerAbove,
  zoneDigestLength,
} from './rules.ts';
import { SVCB } from './svcb.ts';
import { tag, textRest } from './text-value.ts';
import { signatureTime } from './time.ts';
import { rrType, typeBitmap } from './type-fields.ts';
import { WKS } from './wks.ts';

const oneName = (name: string) => sequence([domainName(name)]);
const behindPreference = (name: string) => sequence([u16('preference'), domainName(name)]);
const texts = sequence([charStrings('text')]);
const algorithm = mnemonicU8('algorithm', ALGORITHMS);
const publicKey = base64Rest('public key');
const hashAlgorithm = mnemonicU8('hash algorithm', NSEC3_HASHES);

const key = [keyFlags, mnemonicU8('protocol', PROTOCOLS), algorithm] as const;
const DNSKEY = sequence([...key, publicKey], privateName);
const DS = sequence(
  [u16('key tag'), algorithm, mnemonicU8('digest type', DIGEST_TYPES), hexRest('digest')],
  digestLength,
);
const signature = (isSig: boolean) =>
  sequence(
    [
      rrType('type covered', isSig),
      algorithm,
      u8('labels'),
      u32('original TTL'),
      signatureTime('expiration'),
      signatureTime('inception'),
      u16('key tag'),
      domainName("signer's name"),
      base64Rest('signature'),
    ],
    isSig ? undefined : signerAbove,
  );
const TLSA = sequence([
  u8('certificate usage'),
  u8('selector'),
  u8('matching type'),
  hexRest('certificate association data'),
]);
const SOA = sequence([
  domainName('primary name server'),
  domainName('responsible person'),
  u32('serial'),
  period('refresh'),
  period('retry'),
  period('expire'),
  period('minimum'),
]);
const NSEC3 = sequence(
  [
    hashAlgorithm,
    u8('flags'),
    u16('iterations'),
    salt('salt'),
    hashedName('next hashed owner name'),
    typeBitmap('type', true),
  ],
  hashLength,
);
const CERT = sequence([
  mnemonicU16('certificate type', CERTIFICATE_TYPES),
  u16('key tag'),
  mnemonicU8('algorithm', ALGORITHMS, true),
  base64Rest('certificate'),
]);
const NAPTR = sequence([
  u16('order'),
  u16('preference'),
  charString('flags'),
  charString('services'),
  substitution,
  domainName('replacement'),
]);
const DOA = sequence([
  u32('enterprise'),
  u32('type'),
  u8('location'),
  charString('media type'),
  dashedBase64Rest('data'),
]);

/** Codecs of types whose RDATA is the same in all classes. */
const ANY_CLASS: Readonly<Record<number, Codec>> = {
  2: oneName('name server'),
  3: oneName('mail destination'),
  4: oneName('mail forwarder'),
  5: oneName('canonical name'),
  6: SOA,
  7: oneName('mailbox host'),
  8: oneName('mail group member'),
  9: oneName('new mailbox name'),
  12: oneName('name'),
  13: sequence([charString('CPU'), charString('operating system')]),
  14: sequence([domainName('responsible mailbox'), domainName('error mailbox')]),
  15: behindPreference('exchange'),
  16: texts,
  17: sequence([domainName('mailbox'), domainName('text name')]),
  18: sequence([u16('subtype'), domainName('host name')]),
  19: X25,
  20: sequence([charString('address'), optionalCharString('subaddress')]),
  21: behindPreference('intermediate host'),
  24: signature(true),
  25: sequence([...key, optionalKey(publicKey)], privateName),
  27: sequence([charString('longitude'), charString('latitude'), charString('altitude')]),
  29: LOC,
  30: sequence([domainName('next domain name'), nxtBitmap]),
  35: NAPTR,
  37: CERT,
  39: oneName('target'),
  40: sequence([u8('coding'), u8('subcoding'), u8('meaning'), base64Rest('data', true)]),
  43: DS,
  44: sequence([u8('algorithm'), u8('fingerprint type'), hexRest('fingerprint')], fingerprintLength),
  45: IPSECKEY,
  46: signature(false),
  47: sequence([domainName('next domain name'), typeBitmap('type', false)]),
  48: DNSKEY,
  50: NSEC3,
  51: sequence([hashAlgorithm, u8('flags'), u16('iterations'), salt('salt')]),
  52: TLSA,
  53: TLSA,
  55: HIP,
  56: texts,
  57: sequence([...key, publicKey], noFlags),
  58: sequence([domainName('previous name'), domainName('next name')]),
  59: DS,
  60: DNSKEY,
  61: sequence([base64Rest('public key')]),
  62: sequence([u32('SOA serial'), u16('flags'), typeBitmap('type', true)]),
  63: sequence([u32('serial'), u8('scheme'), u8('hash algorithm'), hexRest('digest')], zoneDigestLength),
  66: sequence([rrType('type'), mnemonicU8('scheme', DSYNC_SCHEMES, true), u16('port'), domainName('target')]),
  67: sequence([base64Rest('data')]),
  68: sequence([base64Rest('data')]),
  99: texts,
  104: sequence([u16('preference'), value64('node identifier')]),
  105: sequence([u16('preference'), ipv4('locator')]),
  106: sequence([u16('preference'), value64('locator')]),
  107: behindPreference('name'),
  108: sequence([eui48]),
  109: sequence([eui64]),
  256: sequence([u16('priority'), u16('weight'), textRest('target', true)]),
  257: sequence([u8('flags'), tag, textRest('value', false)]),
  258: texts,
  259: DOA,
  260: AMTRELAY,
  261: texts,
  262: texts,
  32768: DS,
  32769: DS,
};

/** Codecs of types that are defined for class IN only. */
const CLASS_IN_ONLY: Readonly<Record<number, Codec>> = {
  1: sequence([ipv4('address')]),
  11: WKS,
  22: NSAP,
  23: oneName('owner name'),
  26: sequence([u16('preference'), domainName('RFC 822 domain'), domainName('X.400 domain')]),
  28: sequence([ipv6('address')]),
  31: sequence([hexRest('identifier')]),
  32: sequence([hexRest('locator')]),
  33: sequence([u16('priority'), u16('weight'), u16('port'), domainName('target')]),
  34: ATMA,
  36: behindPreference('exchanger'),
  38: A6,
  42: APL,
  49: sequence([base64Rest('digest')]),
  64: SVCB,
  65: SVCB,
};

const CLASS_CH = 3;
const CLASS_HS = 4;

/** Codecs by type number, for the types below 512. */
const IN_TABLE: readonly (Codec | undefined)[] = (() => {
  const table: (Codec | undefined)[] = new Array(512).fill(undefined);
  for (let type = 0; type < 512; type++) table[type] = CLASS_IN_ONLY[type] ?? ANY_CLASS[type];
  return table;
})();

/** The codec of a type in a class; undefined for types whose format is not known, and for NULL. */
export function codecOf(type: number, klass: number): Codec | undefined {
  if (klass === CLASS_IN && type < 512) return IN_TABLE[type];
  if (type === 1) return klass === CLASS_HS ? CLASS_IN_ONLY[1] : klass === CLASS_CH ? chaosAddress : undefined;
  return ANY_CLASS[type];
}

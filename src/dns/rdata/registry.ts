/** The registry: for each RR type, the codec of its RDATA. */
import { CLASS_IN } from '../types.ts';
import { ipv4, ipv6 } from './address.ts';
import { charString, charStrings } from './char-string.ts';
import { domainName } from './domain-name.ts';
import { base64Rest, hashedName, hexRest, salt } from './encoded.ts';
import { type Codec, sequence } from './field.ts';
import { ALGORITHMS, DIGEST_TYPES, mnemonicU8, PROTOCOLS } from './mnemonic.ts';
import { period, u8, u16, u32 } from './number.ts';
import { signatureTime } from './time.ts';
import { rrType, typeBitmap } from './type-fields.ts';

const oneName = (name: string) => sequence([domainName(name)]);
const behindPreference = (name: string) => sequence([u16('preference'), domainName(name)]);
const texts = () => sequence([charStrings('text')]);
const algorithm = mnemonicU8('algorithm', ALGORITHMS);

const dnskey = sequence([u16('flags'), mnemonicU8('protocol', PROTOCOLS), algorithm, base64Rest('public key')]);
const ds = sequence([u16('key tag'), algorithm, mnemonicU8('digest type', DIGEST_TYPES), hexRest('digest')]);
const signature = sequence([
  rrType('type covered'),
  algorithm,
  u8('labels'),
  u32('original TTL'),
  signatureTime('expiration'),
  signatureTime('inception'),
  u16('key tag'),
  domainName("signer's name"),
  base64Rest('signature'),
]);
const tlsa = sequence([u8('certificate usage'), u8('selector'), u8('matching type'), hexRest('certificate data')]);

/** Codecs of types whose RDATA is the same in all classes. */
const ANY_CLASS: Readonly<Record<number, Codec>> = {
  2: oneName('name server'),
  5: oneName('canonical name'),
  6: sequence([
    domainName('primary name server'),
    domainName('responsible person'),
    u32('serial'),
    period('refresh'),
    period('retry'),
    period('expire'),
    period('minimum'),
  ]),
  12: oneName('name'),
  15: behindPreference('exchange'),
  16: texts(),
  39: oneName('target'),
  43: ds,
  44: sequence([u8('algorithm'), u8('fingerprint type'), hexRest('fingerprint')]),
  46: signature,
  47: sequence([domainName('next domain name'), typeBitmap('type', false)]),
  48: dnskey,
  50: sequence([
    u8('hash algorithm'),
    u8('flags'),
    u16('iterations'),
    salt('salt'),
    hashedName('next hashed owner name'),
    typeBitmap('type', true),
  ]),
  51: sequence([u8('hash algorithm'), u8('flags'), u16('iterations'), salt('salt')]),
  52: tlsa,
  53: tlsa,
  59: ds,
  60: dnskey,
  62: sequence([u32('SOA serial'), u16('flags'), typeBitmap('type', true)]),
  99: texts(),
};

/** Codecs of types that are defined for class IN only. */
const CLASS_IN_ONLY: Readonly<Record<number, Codec>> = {
  1: sequence([ipv4('address')]),
  28: sequence([ipv6('address')]),
  33: sequence([u16('priority'), u16('weight'), u16('port'), domainName('target')]),
};

function asTable(codecs: Readonly<Record<number, Codec>>): readonly (Codec | undefined)[] {
  const table: (Codec | undefined)[] = new Array(300).fill(undefined);
  for (const [type, codec] of Object.entries(codecs)) if (Number(type) < 300) table[Number(type)] = codec;
  return table;
}
const IN_TABLE = asTable({ ...ANY_CLASS, ...CLASS_IN_ONLY });

/** The codec of a type in a class; undefined for types whose format is not known. */
export function codecOf(type: number, klass: number): Codec | undefined {
  if (klass === CLASS_IN) return type < 300 ? IN_TABLE[type] : ANY_CLASS[type];
  return ANY_CLASS[type];
}
void charString;

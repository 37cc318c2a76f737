/** What an RDATA field and a codec are, and how fields make a codec. */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { RdataSyntaxError, type Tokens, tokenText } from './tokens.ts';

/** One field of an RDATA format: how its text is read and printed, and how far it reaches on the wire. */
export interface Field {
  /** The RFC's name for it, for messages. */
  readonly name: string;
  /**
   * Reads the field's text from token `at` on and appends its wire form.
   *
   * @returns the index of the first token that it left
   * @throws RdataSyntaxError
   */
  parse(tokens: Tokens, at: number, origin: Octets | undefined, out: OctetWriter): number;
  /**
   * Prints the field that begins at `at`; nothing at all where it is empty and has no spelling.
   *
   * @param octets  well-formed wire form
   * @returns where the next field begins
   */
  print(octets: Octets, at: number, end: number, out: OctetWriter): number;
  /** @returns where the next field begins, or -1 when there is no well-formed field of this kind at `at` */
  check(octets: Octets, at: number, end: number): number;
}

/** How the RDATA of a type is read, printed and checked. */
export interface Codec {
  /** Appends the wire form of tokens `first..count-1`; uses all of them or throws. */
  parse(tokens: Tokens, first: number, origin: Octets | undefined, out: OctetWriter): void;
  /** Appends the presentation form of well-formed RDATA. */
  print(octets: Octets, start: number, end: number, out: OctetWriter): void;
  /** @returns what is wrong with the wire form, or undefined */
  check(octets: Octets, start: number, end: number): string | undefined;
}

/** What a format demands beyond its fields, asked of text and wire alike: what is wrong, or undefined. */
export type Rule = (octets: Octets, start: number, end: number) => string | undefined;

/** Throws unless every token has been used. */
export function expectEnd(tokens: Tokens, at: number): void {
  if (at < tokens.count) throw new RdataSyntaxError(at, `${tokenText(tokens, at)} is one field too many`);
}

/**
 * A codec for fields that follow each other, printed with a space between.
 *
 * @param rule  is asked once all fields have been found well-formed
 */
export function sequence(fields: readonly Field[], rule?: Rule): Codec {
  const count = fields.length;
  return {
    parse(tokens, first, origin, out) {
      const start = out.length;
      let at = first;
      for (let i = 0; i < count; i++) at = fields[i]!.parse(tokens, at, origin, out);
      expectEnd(tokens, at);
      if (rule === undefined) return;
      const trouble = rule(out.bytes, start, out.length);
      if (trouble !== undefined) throw new RdataSyntaxError(tokens.count, trouble);
    },
    print(octets, start, end, out) {
      let at = start;
      for (let i = 0; i < count; i++) {
        const before = out.length;
        if (i > 0) out.u8(0x20);
        const behindSpace = out.length;
        at = fields[i]!.print(octets, at, end, out);
        if (out.length === behindSpace) out.length = before;
      }
    },
    check(octets, start, end) {
      let at = start;
      for (let i = 0; i < count; i++) {
        at = fields[i]!.check(octets, at, end);
        if (at < 0 || at > end) return `${fields[i]!.name} is malformed or cut short`;
      }
      if (at < end) return `${end - at} octets too many`;
      return rule?.(octets, start, end);
    },
  };
}

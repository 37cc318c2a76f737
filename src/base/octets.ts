/** Octet buffers that grow, in memory that worker threads can share. */

/** Any run of octets; may lie in shared memory. */
export type Octets = Uint8Array;

/**
 * Allocates zeroed octets in shared memory. The system commits pages at first touch, so a generous size costs
 * address space only.
 */
export function sharedOctets(size: number): Octets {
  return new Uint8Array(new SharedArrayBuffer(size));
}

/** The 16-bit number at `at`, most significant octet first. */
export function readU16(octets: Octets, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}

/** The 32-bit number at `at`, most significant octet first. */
export function readU32(octets: Octets, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}

/** Allocates zeroed 16-bit numbers in shared memory. */
export function sharedU16(length: number): Uint16Array {
  return new Uint16Array(new SharedArrayBuffer(length * 2));
}

/** Allocates zeroed 32-bit numbers in shared memory. */
export function sharedU32(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}

/**
 * An append-only octet buffer. Hot loops take `bytes` after `reserve` and move `length` themselves:
 * `reserve(n)` promises n writable octets behind `length` until the next call of any method.
 */
export class OctetWriter {
  bytes: Octets;
  length = 0;
  readonly #shared: boolean;

  constructor(capacity = 256, shared = false) {
    this.#shared = shared;
    this.bytes = shared ? sharedOctets(Math.max(16, capacity)) : new Uint8Array(Math.max(16, capacity));
  }

  /** Makes room for `count` more octets and returns the (possibly new) buffer. */
  reserve(count: number): Octets {
    const need = this.length + count;
    if (need > this.bytes.length) {
      const size = Math.max(need, this.bytes.length * 2);
      const grown = this.#shared ? sharedOctets(size) : new Uint8Array(size);
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    return this.bytes;
  }

  u8(value: number): void {
    this.reserve(1)[this.length++] = value;
  }

  u16(value: number): void {
    const b = this.reserve(2);
    b[this.length++] = value >>> 8;
    b[this.length++] = value;
  }

  u32(value: number): void {
    const b = this.reserve(4);
    b[this.length++] = value >>> 24;
    b[this.length++] = value >>> 16;
    b[this.length++] = value >>> 8;
    b[this.length++] = value;
  }

  /** Appends `source[start..end)`. */
  copy(source: Octets, start = 0, end = source.length): void {
    const count = end - start;
    const b = this.reserve(count);
    let to = this.length;
    if (count > 48) b.set(source.subarray(start, end), to);
    else for (let i = start; i < end; i++) b[to++] = source[i]!;
    this.length += count;
  }

  /** Appends text whose code units are all below 256. */
  ascii(text: string): void {
    const b = this.reserve(text.length);
    let to = this.length;
    for (let i = 0; i < text.length; i++) b[to++] = text.charCodeAt(i);
    this.length = to;
  }

  /** Appends a non-negative whole number in decimal. */
  decimal(value: number): void {
    if (value < 10) {
      this.u8(48 + value);
      return;
    }
    let digits = 1;
    for (let v = value; v >= 10; v = Math.floor(v / 10)) digits++;
    const b = this.reserve(digits);
    let at = this.length + digits;
    this.length = at;
    for (let v = value; digits > 0; digits--) {
      const q = Math.floor(v / 10);
      b[--at] = 48 + (v - q * 10);
      v = q;
    }
  }

  /** The octets written so far, without a copy: valid until the next append. */
  view(): Octets {
    return this.bytes.subarray(0, this.length);
  }

  /** The octets written so far, as a copy of their own. */
  take(): Octets {
    return this.bytes.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

/** A column of 32-bit numbers that grows; shared memory. */
export class U32Column {
  values: Uint32Array;
  length = 0;

  constructor(capacity = 64) {
    this.values = sharedU32(Math.max(1, capacity));
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = sharedU32(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  view(): Uint32Array {
    return this.values.subarray(0, this.length);
  }
}

/** A column of 16-bit numbers that grows; shared memory. */
export class U16Column {
  values: Uint16Array;
  length = 0;

  constructor(capacity = 64) {
    this.values = sharedU16(Math.max(1, capacity));
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = sharedU16(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  view(): Uint16Array {
    return this.values.subarray(0, this.length);
  }
}

/** Orders two runs as unsigned octet strings, a shorter prefix first: negative, 0 or positive. */
export function compareOctets(
  a: Octets,
  aStart: number,
  aEnd: number,
  b: Octets,
  bStart: number,
  bEnd: number,
): number {
  const count = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < count; i++) {
    const d = a[aStart + i]! - b[bStart + i]!;
    if (d !== 0) return d;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/** Whether two runs hold the same octets. */
export function equalOctets(a: Octets, b: Octets): boolean {
  return compareOctets(a, 0, a.length, b, 0, b.length) === 0;
}

/** ASCII text (code units below 256) as octets. */
export function asciiOctets(text: string): Octets {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** Octets as text, one code unit each (Latin-1): for messages and file names, reversible. */
export function octetsText(octets: Octets, start = 0, end = octets.length): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(octets[i]!);
  return text;
}

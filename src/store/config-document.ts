/** `dnssec.yaml` as a document: its values, and the place of each for messages. */
import {
  type Document,
  type DocumentOptions,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type ParseOptions,
  parseDocument,
  type SchemaOptions,
} from 'yaml';
import type { Diagnostic } from '../base/errors.ts';
import { nearestWord } from '../base/spelling.ts';
import {
  type ConfigPath,
  isMapping,
  type Mistakes,
  type SectionShape,
  type SectionValue,
  type Shape,
  type Shapes,
  WRONG,
} from './config-shape.ts';

/** Aliases that one document may resolve: more than anybody writes, too few to blow up. */
const MAX_ALIASES = 100;
const MAX_DIAGNOSTICS = 50;

/** How configurations are read: YAML 1.2, where `yes` and `off` are words, and keys are words always. */
export const YAML: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.2',
  stringKeys: true,
  logLevel: 'error',
};

/** What a section says, as far as it is right. */
export interface CheckedSection<Parts extends Shapes> {
  readonly said: SectionValue<Parts>;
  /** Parts that are wrong: nothing that depends on them can be judged. */
  readonly wrong: ReadonlySet<PropertyKey>;
}

const UNHEARD: Mistakes = { error: () => {}, unknownKeys: () => {} };

/** A parsed configuration file that collects what is wrong with it. */
export class ConfigDocument {
  readonly #file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: Document;
  readonly #diagnostics: Diagnostic[] = [];
  /** The values as plain data; undefined if the text is not YAML. */
  readonly values: Readonly<Record<string, unknown>> | undefined;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#text = text;
    this.#document = parseDocument(text, { ...YAML, lineCounter: this.#lines, prettyErrors: false });
    for (const { message, pos } of [...this.#document.errors, ...this.#document.warnings]) {
      this.#report(pos[0], pos[1], message.split('\n', 1)[0]!);
    }
    this.values = this.#diagnostics.length > 0 ? undefined : this.#plainValues();
  }

  /** Everything that is wrong, in the order of the file. */
  get diagnostics(): readonly Diagnostic[] {
    const order = (d: Diagnostic) => (d.line ?? 0) * 1e6 + (d.column ?? 0);
    return this.#diagnostics.toSorted((a, b) => order(a) - order(b)).slice(0, MAX_DIAGNOSTICS);
  }

  #plainValues(): Readonly<Record<string, unknown>> | undefined {
    if (this.#document.contents === null) return {};
    if (!isMap(this.#document.contents)) {
      this.#report(0, 1, 'the configuration must be a mapping (key: value)');
      return undefined;
    }
    try {
      return this.#document.toJS({ maxAliasCount: MAX_ALIASES }) as Record<string, unknown>;
    } catch (cause) {
      this.#report(0, 1, (cause as Error).message);
      return undefined;
    }
  }

  /** A section as the top level holds it, if it is a mapping; else {}, with an error unless it is empty. */
  section(name: string): Readonly<Record<string, unknown>> {
    const value = this.values?.[name] ?? {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    this.error([name], `${name} must be a mapping (key: value)`);
    return {};
  }

  /**
   * Checks a value against its shape and reports every mistake at its place.
   *
   * @returns what the shape makes of the value, or undefined if anything is wrong
   */
  check<Value>(path: ConfigPath, value: unknown, shape: Shape<Value>): Value | undefined {
    const mistakes: Mistakes = {
      error: (at, message) => this.error(at, `${printPath(at)}${message.startsWith(':') ? '' : ' '}${message}`),
      unknownKeys: (at, keys, known) => this.unknownKeys(at, keys, known),
    };
    const read = shape(value, path, mistakes);
    return read === WRONG ? undefined : read;
  }

  /** Checks a section as `check` does, and gives those of its parts that are right even where others are not. */
  checkParts<Parts extends Shapes>(
    path: ConfigPath,
    value: unknown,
    shape: SectionShape<Parts>,
  ): CheckedSection<Parts> {
    const whole = this.check(path, value, shape);
    if (whole !== undefined) return { said: whole, wrong: new Set() };
    if (!isMapping(value)) return { said: {}, wrong: new Set(Object.keys(shape.parts)) };
    const present = Object.entries(shape.parts).filter(([key]) => Object.hasOwn(value, key));
    const read = present.map(([key, part]) => [key, part(value[key], [...path, key], UNHEARD)] as const);
    const isWrong = ([, result]: (typeof read)[number]) => result === WRONG;
    return {
      said: Object.fromEntries(read.filter((part) => !isWrong(part))) as SectionValue<Parts>,
      wrong: new Set(read.filter(isWrong).map(([key]) => key)),
    };
  }

  /** The value that `path` leads to, null where nothing stands behind its key; undefined where there is no such key. */
  valueAt(path: ConfigPath): unknown {
    let value: unknown = this.values;
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
    }
    return value;
  }

  /** Line of the key that `path` ends with, from 1; undefined where there is no such key. */
  lineOf(path: ConfigPath): number | undefined {
    return this.valueAt(path) === undefined ? undefined : this.warning(path, '').line;
  }

  /** A warning about the key that `path` ends with. It is handed out, not collected: nothing is wrong. */
  warning(path: ConfigPath, message: string, hint?: string): Diagnostic {
    const key = this.#keyNode(path.slice(0, -1), String(path.at(-1)));
    return this.#diagnostic('warning', this.#rangeOf(key, path), message, hint);
  }

  /** Reports keys that there are none of, with the nearest that there is. */
  unknownKeys(path: ConfigPath, keys: readonly string[], known: readonly string[]): void {
    for (const key of keys) {
      const near = nearestWord(key, known);
      const meant = near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${near}?`;
      this.#reportNode(this.#keyNode(path, key), path, `there is no key ${printPath([...path, key])}`, meant);
    }
  }

  /** Reports a mistake in the value at `path`. */
  error(path: ConfigPath, message: string, hint?: string): void {
    this.#reportNode(this.#valueNode(path), path, message, hint);
  }

  /** Reports a mistake in the key that `path` ends with. */
  keyError(path: ConfigPath, message: string, hint?: string): void {
    this.#reportNode(this.#keyNode(path.slice(0, -1), String(path.at(-1))), path, message, hint);
  }

  #keyNode(path: ConfigPath, key: string): Node | undefined {
    const parent = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    const pair = isMap(parent)
      ? parent.items.find(({ key: at }) => (isScalar(at) ? String(at.source ?? at.value) : String(at)) === key)
      : undefined;
    return isNode(pair?.key) ? pair.key : undefined;
  }

  #valueNode(path: ConfigPath): Node | undefined {
    const node = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    return isNode(node) ? node : undefined;
  }

  #reportNode(node: Node | undefined, path: ConfigPath, message: string, hint: string | undefined): void {
    this.#diagnostics.push(this.#diagnostic('error', this.#rangeOf(node, path), message, hint));
  }

  /** Where a node has no place of its own (it is empty, or comes through an alias), the nearest above it has. */
  #rangeOf(node: Node | undefined, path: ConfigPath): readonly [start: number, end: number] {
    let range = node?.range;
    for (let up = path; range == null || range[0] === range[1]; up = up.slice(0, -1)) {
      if (up.length === 0) break;
      range = (this.#keyNode(up.slice(0, -1), String(up.at(-1))) ?? this.#valueNode(up.slice(0, -1)))?.range;
    }
    return [range?.[0] ?? 0, range?.[1] ?? 1];
  }

  #report(start: number, end: number, message: string): void {
    this.#diagnostics.push(this.#diagnostic('error', [start, end], message));
  }

  #diagnostic(
    severity: Diagnostic['severity'],
    [start, end]: readonly [start: number, end: number],
    message: string,
    hint?: string,
  ): Diagnostic {
    const { line, col } = this.#lines.linePos(Math.min(start, this.#text.length));
    const from = start - col + 1;
    const newline = this.#text.indexOf('\n', from);
    const source = this.#text.slice(from, newline < 0 ? undefined : newline).replace(/\r$/, '');
    const token = source.slice(col - 1, col - 1 + end - start);
    return {
      severity,
      message,
      file: this.#file,
      line: Math.max(1, line),
      column: Buffer.byteLength(source.slice(0, col - 1)) + 1,
      width: Math.max(1, Buffer.byteLength(token.trimEnd())),
      text: Buffer.from(source).toString('latin1'),
      ...(hint === undefined ? {} : { hint }),
    };
  }
}

/** A path as people write it: `policies.default.keys.ksk`. */
export function printPath(path: ConfigPath): string {
  return path.map(String).join('.');
}

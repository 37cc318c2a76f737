import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { KeyDirectory, readKeyListing } from '../../src/store/key-listing.ts';

const ZONE = nameFromText('example.com');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnssec-listing-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const put = (...names: string[]) => {
  for (const name of names) writeFileSync(join(directory, name), '');
};
const bases = (zone = ZONE) =>
  readKeyListing(directory)
    .keys(zone)
    .map(({ name }) => name.base);

describe('a listing of key files', () => {
  it('groups the files of a key and sorts keys by name', () => {
    put('Kexample.com.+013+00002.key', 'Kexample.com.+013+00001.private', 'Kexample.com.+013+00001.key');
    const [first, second] = readKeyListing(directory).keys(ZONE);
    expect(first!.files).toEqual({ key: 'Kexample.com.+013+00001.key', private: 'Kexample.com.+013+00001.private' });
    expect(second!.files).toEqual({ key: 'Kexample.com.+013+00002.key' });
  });

  it('finds a zone in whatever spelling its files have', () => {
    put('KExample.COM.+013+00001.key', 'Kexample.com.+013+00002.key', 'Kex%61mple.com.+013+00003.key');
    expect(bases()).toEqual(['KExample.COM.+013+00001', 'Kex%61mple.com.+013+00003', 'Kexample.com.+013+00002']);
  });

  it('keeps zones apart that are spelled alike', () => {
    put('Kexample.com.+013+00001.key', 'Kexample.com.+x.+013+00001.key', 'Kwww.example.com.+013+00002.key');
    expect(bases()).toEqual(['Kexample.com.+013+00001']);
    expect(bases(nameFromText('example.com.+x'))).toEqual(['Kexample.com.+x.+013+00001']);
  });

  it('passes over what is no key file', () => {
    put('Kexample.com.+013+00001.key~', 'Kexample.com.+999+00001.key', 'Kexample.com.+013+99999.key', 'K', 'K+', 'Kx+');
    expect(bases()).toEqual([]);
    expect(readKeyListing(directory).keys()).toEqual([]);
  });
});

describe('a key directory that is looked at again', () => {
  const soon = () => Date.now() / 1000 + 60;
  const count = (keys: KeyDirectory) => keys.list().keys(ZONE).length;

  it('is listed once as long as nothing changes in it', () => {
    put('Kexample.com.+013+00001.key');
    const keys = new KeyDirectory(directory, soon);
    expect(keys.list()).toBe(keys.list());
  });

  it('is listed anew when a key comes or goes', () => {
    put('Kexample.com.+013+00001.key');
    const keys = new KeyDirectory(directory, soon);
    expect(count(keys)).toBe(1);
    put('Kexample.com.+013+00002.key');
    expect(count(keys)).toBe(2);
    renameSync(join(directory, 'Kexample.com.+013+00002.key'), join(directory, 'gone'));
    expect(count(keys)).toBe(1);
  });

  it('is listed anew when it changed just before: another change within a tick of its clock could not be seen', () => {
    put('Kexample.com.+013+00001.key');
    const keys = new KeyDirectory(directory);
    expect(keys.list()).not.toBe(keys.list());
  });

  it('that is not there is told', () => {
    expect(() => new KeyDirectory(join(directory, 'none')).list()).toThrow(/no such file or directory/);
  });
});

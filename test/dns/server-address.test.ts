import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseServerAddress, printServerAddress } from '../../src/dns/server-address.ts';

test.each([
  ['127.0.0.1', '127.0.0.1', 53, '127.0.0.1'],
  ['192.0.2.1:5353', '192.0.2.1', 5353, '192.0.2.1:5353'],
  ['192.0.2.1:53', '192.0.2.1', 53, '192.0.2.1'],
  ['192.0.2.1:65535', '192.0.2.1', 65_535, '192.0.2.1:65535'],
  ['::1', '::1', 53, '::1'],
  ['[::1]:5353', '::1', 5353, '[::1]:5353'],
  ['2001:DB8:0:0::0001', '2001:db8::1', 53, '2001:db8::1'],
  ['[2001:db8::1]:53', '2001:db8::1', 53, '2001:db8::1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1', 53, '::ffff:192.0.2.1'],
  ['2001:db8::1:5353', '2001:db8::1:5353', 53, '2001:db8::1:5353'],
])('%s is an address with its port', (text, address, port, printed) => {
  expect(parseServerAddress(text)).toEqual({ address, port });
  expect(printServerAddress({ address, port })).toBe(printed);
});

test.each([
  '', ' ', 'auto', 'off', 'localhost', 'ns1.example.', 'ns1.example:53', '192.0.2', '192.0.2.256', '192.0.2.01',
  '192.0.2.1:', '192.0.2.1:0', '192.0.2.1:053', '192.0.2.1:65536', '192.0.2.1:123456', '192.0.2.1:5a', '192.0.2.1:-1',
  ' 192.0.2.1', '192.0.2.1 ', '192.0.2.1\n', '192.0.2.1:53\n', '192.0.2.1/24', '[192.0.2.1]:53', '[::1]', '[::1]:',
  '[::1]:0', '::1]:53', '[::1:53', ':::1', '1::2::3', 'fe80::1%eth0', '[fe80::1%eth0]:53', '12345::', ':', '::g',
  '19ı.0.2.1', '192.0.2.\u0131', '１92.0.2.1', '192.0.2.1\0',
])('%j is none', (text) => {
  expect(parseServerAddress(text)).toBeUndefined();
}); // biome-ignore format: a table

test('addresses are those that Node knows, and printing and reading give the same again', () => {
  const shapes = [fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.[]% \n') })];
  fc.assert(
    fc.property(fc.oneof(...shapes), fc.integer({ min: 1, max: 65_535 }), (text, port) => {
      const found = parseServerAddress(text);
      // With brackets or one colon it has a port, which Node's addresses have not.
      if (isIP(text) > 0) expect(found).toMatchObject({ port: 53 });
      else if (found !== undefined) expect(text).toMatch(/:\d+$/);
      if (found === undefined) return;
      expect(isIP(found.address)).toBeGreaterThan(0);
      const server = { address: found.address, port };
      expect(parseServerAddress(printServerAddress(server))).toEqual(server);
    }),
    { numRuns: 2000 },
  );
});

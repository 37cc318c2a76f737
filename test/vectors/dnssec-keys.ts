/** Keys and signatures that RFCs print, with the RRset that each signature covers. */

export interface KeyVector {
  readonly title: string;
  readonly zone: string;
  readonly flags: number;
  readonly algorithm: number;
  readonly keyTag: number;
  readonly publicKey: string;
  /** A `.private` file of format v1.2. */
  readonly private: string;
  readonly ds?: { readonly digestType: number; readonly digest: string };
  /** The RRset: one record. `labels` as in the RRSIG. */
  readonly owner: string;
  readonly type: number;
  readonly rdata: Uint8Array;
  readonly labels: number;
  readonly ttl: number;
  readonly expiration: number;
  readonly inception: number;
  readonly signature: string;
}

const A = Uint8Array.of(192, 0, 2, 91);
const MAIL = Uint8Array.from([
  0,
  10,
  4,
  ...Buffer.from('mail'),
  7,
  ...Buffer.from('example'),
  3,
  ...Buffer.from('com'),
  0,
]);
const RSA_TIMES = { expiration: 1_893_456_000, inception: 946_684_800 };
const MX = {
  zone: 'example.com',
  flags: 257,
  owner: 'example.com',
  type: 15,
  rdata: MAIL,
  ttl: 3600,
  expiration: 1_440_021_600,
  inception: 1_438_207_200,
};

/** RFC 5702 §6.1 and §6.2. RSA signatures are the same each time. */
export const RSA_VECTORS: readonly KeyVector[] = [
  {
    title: 'RFC 5702 §6.1 RSASHA256',
    zone: 'example.net',
    flags: 256,
    algorithm: 8,
    keyTag: 9033,
    publicKey: 'AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk=',
    private: `Private-key-format: v1.2
Algorithm:       8 (RSASHA256)
Modulus:         wVwaxrHF2CK64aYKRUibLiH30KpPuPBjel7E8ZydQW1HYWHfoGmidzC2RnhwCC293hCzw+TFR2nqn8OVSY5t2Q==
PublicExponent:  AQAB
PrivateExponent: UR44xX6zB3eaeyvTRzmskHADrPCmPWnr8dxsNwiDGHzrMKLN+i/HAam+97HxIKVWNDH2ba9Mf1SA8xu9dcHZAQ==
Prime1:          4c8IvFu1AVXGWeFLLFh5vs7fbdzdC6U82fduE6KkSWk=
Prime2:          2zZpBE8ZXVnL74QjG4zINlDfH+EOEtjJJ3RtaYDugvE=
Exponent1:       G2xAPFfK0KGxGANDVNxd1K1c9wOmmJ51mGbzKFFNMFk=
Exponent2:       GYxP1Pa7CAwtHm8SAGX594qZVofOMhgd6YFCNyeVpKE=
Coefficient:     icQdNRjlZGPmuJm2TIadubcO8X7V4y07aVhX464tx8Q=
`,
    owner: 'www.example.net',
    type: 1,
    rdata: A,
    labels: 3,
    ttl: 3600,
    ...RSA_TIMES,
    signature: 'kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg==',
  },
  {
    title: 'RFC 5702 §6.2 RSASHA512',
    zone: 'example.net',
    flags: 256,
    algorithm: 10,
    keyTag: 3740,
    publicKey:
      'AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/AyhqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL',
    private: `Private-key-format: v1.2
Algorithm:       10 (RSASHA512)
Modulus:         0eg1M5b563zoq4k5ZEOnWmd2/BvpjzedJVdfIsDcMuuhE5SQ3pfQ7qmdaeMlC6Nf8DKGoUPGPXe06cP27/WRODtxXquSUytkO0kJDk8KX8PtA0+yBWwy7UnZDyCkynO00Uuk8HPVtZeMO1pHtlAGVnc8VjXZlNKdyit99waaE4s=
PublicExponent:  AQAB
PrivateExponent: rFS1IPbJllFFgFc33B5DDlC1egO8e81P4fFadODbp56V7sphKa6AZQCx8NYAew6VXFFPAKTw41QdHnK5kIYOwxvfFDjDcUGza88qbjyrDPSJenkeZbISMUSSqy7AMFzEolkk6WSn6k3thUVRgSlqDoOV3SEIAsrB043XzGrKIVE=
Prime1:          8mbtsu9Tl9v7tKSHdCIeprLIQXQLzxlSZun5T1n/OjvXSUtvD7xnZJ+LHqaBj1dIgMbCq2U8O04QVcK3TS9GiQ==
Prime2:          3a6gkfs74d0Jb7yL4j4adAif4fcp7ZrGt7G5NRVDDY/Mv4TERAKMa0TKN3okKE0A7X+Rv2K84mhT4QLDlllEcw==
Exponent1:       v3D5A9uuCn5rgVR7wgV8ba0/KSpsdSiLgsoA42GxiB1gvvs7gJMMmVTDu/ZG1p1ZnpLbhh/S/Qd/MSwyNlxC+Q==
Exponent2:       m+ezf9dsDvYQK+gzjOLWYeKq5xWYBEYFGa3BLocMiF4oxkzOZ3JPZSWU/h1Fjp5RV7aPP0Vmx+hNjYMPIQ8Y5w==
Coefficient:     Je5YhYpUron/WdOXjxNAxDubAp3i5X7UOUfhJcyIggqwY86IE0Q/Bk0Dw4SC9zxnsimmdBXW2Izd8Lwuk8FQcQ==
`,
    owner: 'www.example.net',
    type: 1,
    rdata: A,
    labels: 3,
    ttl: 3600,
    ...RSA_TIMES,
    signature:
      'tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzEWzr0iGYgZBWm/zpq+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fthPgxdDLw=',
  },
];

/** RFC 6605 §6.1 and §6.2. ECDSA signatures differ each time. */
export const ECDSA_VECTORS: readonly KeyVector[] = [
  {
    title: 'RFC 6605 §6.1 ECDSAP256SHA256',
    zone: 'example.net',
    flags: 257,
    algorithm: 13,
    keyTag: 55_648,
    publicKey: 'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    private: `Private-key-format: v1.2
Algorithm: 13 (ECDSAP256SHA256)
PrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=
`,
    ds: { digestType: 2, digest: 'b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17' },
    owner: 'www.example.net',
    type: 1,
    rdata: Uint8Array.of(192, 0, 2, 1),
    labels: 3,
    ttl: 3600,
    expiration: 1_284_026_679,
    inception: 1_281_607_479,
    signature: 'qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==',
  },
  {
    title: 'RFC 6605 §6.2 ECDSAP384SHA384',
    zone: 'example.net',
    flags: 257,
    algorithm: 14,
    keyTag: 10_771,
    publicKey:
      'xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40',
    private: `Private-key-format: v1.2
Algorithm: 14 (ECDSAP384SHA384)
PrivateKey: WURgWHCcYIYUPWgeLmiPY2DJJk02vgrmTfitxgqcL4vwW7BOrbawVmVe0d9V94SR
`,
    ds: {
      digestType: 4,
      digest: '72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6',
    },
    owner: 'www.example.net',
    type: 1,
    rdata: Uint8Array.of(192, 0, 2, 1),
    labels: 3,
    ttl: 3600,
    expiration: 1_284_027_625,
    inception: 1_281_608_425,
    signature:
      '/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm',
  },
];

const ED25519 = (title: string, labels: number, signature: string): KeyVector => ({
  title,
  ...MX,
  algorithm: 15,
  keyTag: 3613,
  publicKey: 'l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
  private: `Private-key-format: v1.2
Algorithm: 15 (ED25519)
PrivateKey: ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=
`,
  ds: { digestType: 2, digest: '3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b' },
  labels,
  signature,
});

const ED448 = (title: string, labels: number, signature: string): KeyVector => ({
  title,
  ...MX,
  algorithm: 16,
  keyTag: 9713,
  publicKey: '3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA',
  private: `Private-key-format: v1.2
Algorithm: 16 (ED448)
PrivateKey: xZ+5Cgm463xugtkY5B0Jx6erFTXp13rYegst0qRtNsOYnaVpMx0Z/c5EiA9x8wWbDDct/U3FhYWA
`,
  ds: { digestType: 2, digest: '6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7' },
  labels,
  signature,
});

/**
 * RFC 8080 §6.1 and §6.2. As printed, the signatures carry a labels field of 3 under example.com, which its errata
 * (4935) correct to 2, with new signatures. Both are right for what they say. EdDSA signatures are the same each time.
 */
export const EDDSA_VECTORS: readonly KeyVector[] = [
  ED25519(
    'RFC 8080 §6.1 ED25519 as printed',
    3,
    'Edk+IB9KNNWg0HAjm7FazXyrd5m3Rk8zNZbvNpAcM+eysqcUOMIjWoevFkjH5GaMWeG96GUVZu6ECKOQmemHDg==',
  ),
  ED25519(
    'RFC 8080 §6.1 ED25519, erratum',
    2,
    'oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==',
  ),
  ED448(
    'RFC 8080 §6.2 ED448 as printed',
    3,
    'Nmc0rgGKpr3GKYXcB1JmqqS4NYwhmechvJTqVzt3jR+Qy/lSLFoIk1L+9e39GPL+5tVzDPN3f9kAwiu8KCuPPjtl227ayaCZtRKZuJax7n9NuYlZJIusX0SOIOKBGzG+yWYtz1/jjbzl5GGkWvREUCUA',
  ),
  ED448(
    'RFC 8080 §6.2 ED448, erratum',
    2,
    '3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGILn/NBtOXft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213WKsJlwEA',
  ),
];

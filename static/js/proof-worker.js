// Looks for a number such that SHA-256 of "text:number" begins with `bits` zero bits (FIPS 180-4).
"use strict";
const K = new Uint32Array(64);
const START = new Uint32Array(8);
(() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32);
  primes.forEach((p, i) => { K[i] = fraction(Math.cbrt(p)); });
  primes.slice(0, 8).forEach((p, i) => { START[i] = fraction(Math.sqrt(p)); });
})();
const words = new Uint32Array(64);
const turn = (x, n) => (x >>> n) | (x << (32 - n));

function mix(state, block) {
  for (let i = 0; i < 16; i += 1) words[i] = block.getUint32(i * 4);
  for (let i = 16; i < 64; i += 1) {
    const a = words[i - 15];
    const b = words[i - 2];
    words[i] = words[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + words[i - 7]
      + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0;
    d = c; c = b; b = a; a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] += word; });
}

function firstWord(bytes) {
  const size = (((bytes.length + 8) >> 6) + 1) * 64;
  const padded = new Uint8Array(size);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(size - 4, bytes.length * 8);
  const state = START.slice();
  for (let at = 0; at < size; at += 64) mix(state, new DataView(padded.buffer, at, 64));
  return state[0];
}

self.onmessage = (event) => {
  const { text, bits } = event.data;
  const encoder = new TextEncoder();
  for (let number = 0; ; number += 1) {
    if (firstWord(encoder.encode(`${text}:${number}`)) >>> (32 - bits) === 0) {
      self.postMessage(String(number));
      return;
    }
  }
};

// What a report says of detector and machine: taken from plain JSON that may come from anywhere.
import { describe, expect, it } from 'vitest';
import { detectorFacts, machineFacts, trainingOf, versionFacts } from '../../src/evaluation/facts.ts';
import { madeScorer } from '../support/made-scorer.ts';

describe('the history of training', () => {
  const step = { step: 10, seconds: 1, loss: 0.5, terms: { a: 0.2, b: 0.3 }, rate: 0.001 };
  const validation = { step: 10, seconds: 1, imageAuroc: 0.9, pixelAuroc: 0.8, pixelAp: 0.4 };
  const monitor = { step: 11, seconds: 1, values: { entropy: -3, information: 4 } };
  const training = {
    steps: 20,
    seconds: 3,
    images: 7,
    seed: 5,
    history: [step],
    validation: [validation],
    monitors: [monitor],
    failures: [{ name: 'a', code: 'B', message: 'c' }],
  };

  it('is taken over as it is', () => {
    expect(trainingOf({ training })).toEqual(training);
  });

  it('is none where nothing was written down', () => {
    expect([{}, { training: null }, { training: [1] }, { training: 'long ago' }].map(trainingOf)).toEqual([null, null, null, null]);
  });

  it('survives nonsense', () => {
    const odd = {
      steps: 'many',
      history: [null, 3, { step: 1, loss: null, terms: [1] }, { terms: { a: 'x' } }],
      validation: {},
      monitors: [{ values: { a: null } }],
      failures: [{}],
    };
    expect(trainingOf({ training: odd })).toEqual({
      steps: 0,
      seconds: 0,
      images: 0,
      seed: 0,
      history: [
        { step: 1, seconds: 0, loss: Number.NaN, terms: {}, rate: Number.NaN },
        { step: 0, seconds: 0, loss: Number.NaN, terms: { a: Number.NaN }, rate: Number.NaN },
      ],
      validation: [],
      monitors: [{ step: 0, seconds: 0, values: { a: Number.NaN } }],
      failures: [{ name: 'undefined', code: 'undefined', message: 'undefined' }],
    });
  });
});

describe('facts', () => {
  it('of a detector are in short what it says of itself', () => {
    const scorer = madeScorer(() => ({ score: 0 }), {
      input: { height: 64, width: 128, channels: 3, fit: 'pad' },
      describe: () => ({ sizes: { numbers: 1234567, bytes: 4938268 }, calibration: { pictures: 40, falseAlarmRate: 0.05 } }),
    });
    expect(detectorFacts(scorer)).toEqual({
      method: 'made',
      hyper: { width: 4 },
      input: '128 × 64, colour, proportions kept',
      training: null,
      facts: { Weights: '1.23 million, 4.94 million bytes', Calibration: '40 normal pictures, for a false-alarm rate of 0.05' },
    });
    expect(detectorFacts(madeScorer(() => ({ score: 0 }))).facts).toEqual({});
  });

  it('of the machine and the versions are all there', () => {
    for (const facts of [machineFacts(), versionFacts()]) {
      expect(Object.keys(facts).length).toBeGreaterThan(3);
      for (const [name, value] of Object.entries(facts)) expect(value, name).toMatch(/\S/);
    }
  });
});

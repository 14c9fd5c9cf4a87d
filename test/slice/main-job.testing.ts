import { describe, expect, it } from 'vitest';
import { describeTrainedModel } from '../../cli/demo/trained-model.ts';
import { predict } from '../../cli/project/predict-rows.ts';
import { decide } from '../../operations/index.ts';
import type { Slice } from './slice-runtime.ts';

const MAXIMUM_MSE = 6;

/** The tests of the main job on some rows: from their upload to a prediction of the live model. */
export function describeMainJob(what: string, slice: () => Slice, body: string): void {
  const name = what.replaceAll('/', ' ');

  describe(`The main job on ${what}`, () => {
    it('goes from upload to live prediction', async () => {
      const upload = await slice().upload(`${name}.csv`, body);

      const { executionArn, status, output, path } = await slice().trained(upload);

      expect({ status, end: path.at(-1) }).toEqual({ status: 'SUCCEEDED', end: 'Registered' });
      const { modelPackage = '', metrics } = output ?? {};
      expect(metrics?.mse.value).toBeLessThanOrEqual(MAXIMUM_MSE);
      expect(await slice().trainings.jobs(executionArn)).toHaveLength(3);

      await decide(slice().connection, modelPackage, 'Approved', 'Approved by a test');
      const promotion = await slice().promotions.end(
        await slice().promotions.begunBy(`"${modelPackage}"`, '"Approved"'),
      );

      expect(promotion).toMatchObject({ status: 'SUCCEEDED', error: undefined });
      expect(promotion.path.at(-1)).toBe('Live');
      const { rows } = await describeTrainedModel(slice().connection, modelPackage);
      expect(rows.length).toBeGreaterThanOrEqual(3);
      for (const { row, expected } of rows.slice(0, 3)) {
        const answer = await predict(slice().connection, slice().project, row);
        expect(Number(answer)).toBeCloseTo(expected, 4);
      }
    });

    it('trains on the same content only once', async () => {
      const again = [
        await slice().upload(`${name}.csv`, body),
        await slice().upload(`${name}, under another name.csv`, body),
      ];

      const endings = await Promise.all(again.map((upload) => slice().trained(upload)));

      for (const { executionArn, status, path } of endings) {
        expect({ status, end: path.at(-1) }).toEqual({ status: 'SUCCEEDED', end: 'Duplicate' });
        expect(await slice().trainings.jobs(executionArn)).toEqual([]);
      }
    });
  });
}

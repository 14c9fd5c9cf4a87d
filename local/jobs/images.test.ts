import { describe, expect, it } from 'vitest';
import { compareWithImages } from './images.ts';

describe('compareWithImages', () => {
  it('names different and missing libraries by image', () => {
    const differences = compareWithImages({
      pythonVersion: '3.12.4',
      libraries: {
        boto3: '1.43.46',
        numpy: '2.5.1',
        pandas: '2.2.3',
        'scikit-learn': '1.9.0',
        scipy: '1.18.0',
        xgboost: '3.2.0',
      },
    });

    expect(differences).toEqual([
      { image: 'scikit-learn 1.9-0', library: 'pyarrow', inImage: '25.0.0', here: undefined },
      { image: 'xgboost 3.2-0', library: 'numpy', inImage: '2.1.0', here: '2.5.1' },
      { image: 'xgboost 3.2-0', library: 'pyarrow', inImage: '22.0.0', here: undefined },
      { image: 'xgboost 3.2-0', library: 'scikit-learn', inImage: '1.8.0', here: '1.9.0' },
      { image: 'xgboost 3.2-0', library: 'scipy', inImage: '1.15.0', here: '1.18.0' },
    ]);
  });
});

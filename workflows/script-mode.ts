/**
 * The framework images install the scripts with `pip install .` at each start of a job or an instance.
 * pip builds them in an environment of its own, for which it downloads setuptools from a package index;
 * in subnets without internet nothing would start. This makes it build with what the image has.
 *
 * 0 is right: `PIP_<OPTION>` has the value of what the option sets, and `--no-build-isolation` sets
 * "build isolation" to false. (1 leaves it on.) https://pip.pypa.io/en/stable/topics/configuration/
 */
export const installWithoutIndex = { PIP_NO_BUILD_ISOLATION: '0' } as const;

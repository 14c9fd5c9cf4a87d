/**
 * Recorded executions whose history differs from ours in one place on purpose: until the summer of 2024 AWS
 * let `MapRunSucceeded` be the predecessor of `MapStateExited`; every recording since then (November 2024 to
 * October 2025) has `MapRunStarted` there, and so have we.
 */
export const recordedBeforeAwsChanged: ReadonlySet<string> = new Set([
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_tolerated_failure_values[percentage_literal]',
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_tolerated_failure_values[count_literal]',
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_legacy_config_distributed_parameters',
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_tolerated_failure_percentage_path[100]',
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_config_distributed_item_selector',
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_config_distributed_parameters',
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_legacy_config_distributed_item_selector',
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_config_distributed_reentrant',
]);

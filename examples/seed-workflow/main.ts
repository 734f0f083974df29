import { PlanningError, TaskOrchestrator } from '../../lib/index.ts';
import { makeWorkflow } from './workflow.ts';

const orchestrator = new TaskOrchestrator({ maxParallelTasks: 3, taskTimeoutSec: 60 });

// 1. Create execution plan
const plan = makeWorkflow();
console.log(`Created plan with ${plan.tasks.length} tasks`);

// 2. Visualize dependency structure
console.log(`
Dependency structure:
  A (Initialize)
  ├── B (Fetch data)
  └── C (Prepare output)
  └── D (Process data) [depends on B,C]
      └── E (Save results)`);

// 3. Execute the plan
console.log('\nExecuting plan...');
try {
  const result = await orchestrator.executePlan(plan, { agent_did: 'did:agent:demo' });
  console.log(`\nExecution result:\n  Status: ${result.status}\n  Completed: ${result.completed_tasks}\n  Failed: ${result.failed_tasks}`);

  // 4. Check task states
  console.log('\nFinal task states:');
  for (const task of plan.tasks) {
    const icon = task.status === 'completed' ? '✓' : task.status === 'failed' ? '✗' : '○';
    console.log(`  ${icon} ${task.name}: ${task.status}`);
  }

  // 5. Access outputs
  console.log('\nTask outputs:');
  const names = new Map(plan.tasks.map((task) => [task.task_id, task.name]));
  for (const [taskId, outputs] of Object.entries(result.outputs)) console.log(`  ${names.get(taskId)}: ${JSON.stringify(outputs)}`);
} catch (error) {
  if (!(error instanceof PlanningError)) throw error;
  console.log(`\nExecution failed: ${error.message}\nDetails: ${JSON.stringify(error.details)}`);
}

// 6. Get statistics
const stats = await orchestrator.getStats();
console.log(`
Orchestrator statistics:
  Plans executed: ${stats.plans_executed}
  Tasks executed: ${stats.tasks_executed}
  Tasks completed: ${stats.tasks_completed}
  Tasks failed: ${stats.tasks_failed}
  Tasks retried: ${stats.tasks_retried}
  Success rate: ${(stats.success_rate * 100).toFixed(1)} %`);
orchestrator.close();

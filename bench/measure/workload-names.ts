/** The graphs that are run, by their file under bench/workloads, and what tables call them. The number is that of tasks. */
export const WORKLOADS = [
  { name: 'nextflow-bacass', label: 'bacass 11' },
  { name: 'nextflow-rnaseq', label: 'rnaseq 197' },
  { name: 'nextflow-viralrecon', label: 'viralrecon 203' },
  { name: 'pegasus-montage-dss-10d', label: 'montage-10d 472' },
  { name: 'pegasus-1000genome-22ch-100k', label: '1000genome 572' },
] as const;

/** Run once in a fresh process: what a first run costs, and its memory. */
export const COLD_WORKLOAD = 'pegasus-1000genome-22ch-100k';

/** Scaled to a critical path of PACED_SEC: what is lost between tasks that take their time. */
export const PACED_WORKLOAD = 'nextflow-viralrecon';
export const PACED_SEC = 10;

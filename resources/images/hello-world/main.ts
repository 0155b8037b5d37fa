/** Prints a greeting and ends: the smallest thing that a pod can do. */

console.log(`
Hello from a pod!
The kubelet has found this image, started it as a process, and keeps what it prints.
`)

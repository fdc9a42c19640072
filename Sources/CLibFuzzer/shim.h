// What LLVM's libFuzzer offers to programs with a main of their own ("Using libFuzzer as a
// library", https://llvm.org/docs/LibFuzzer.html). Linked only where -sanitize=fuzzer is given.

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(
    int *count, char ***words, int (*check)(const uint8_t *bytes, size_t size));

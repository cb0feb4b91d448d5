// Entry of each native test executable.
#include "check.h"

int main() { return blemish::test::runAll(); }

// Package faults shows that what Keyhall has acknowledged is still there after a crash. Its tests run the real program
// as processes, kill them under load, and look for what was lost through the interfaces that everybody has.
//
// It must not know how the program does it: nothing of tenants or workers is imported. The long form, 20 kills for each
// shape of the program, runs with KEYHALL_TEST_FAULTS=long (`make faults`); otherwise it is a short one. Processes are
// found in /proc and die with the test by Linux' parent-death signal, so the tests run on Linux only.
package faults

//go:build !unix

package main

import "os/exec"

// There are no process groups here; a command's own children may outlive it.
func isolate(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}

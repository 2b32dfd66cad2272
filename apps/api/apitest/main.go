package apitest

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/keyhall/keyhall/internal/spec"
)

// Main runs the tests of a package and then looks at all of them together: no secret that went over the wire may be in
// the servers' log and, after a complete run, every documented answer of the operations with these tags must have been
// seen or be waived. It returns the exit code.
func Main(m *testing.M, tags []string, waivers []spec.Waiver) int {
	flag.Parse()
	code := m.Run()
	_ = os.RemoveAll(blobsFolder)
	if found := secrets.leaked(); len(found) > 0 {
		fmt.Printf("%d secrets are in the log:\n", len(found))
		for _, one := range found[:min(20, len(found))] {
			fmt.Println("  ", one)
		}
		code = max(code, 1)
	}
	if code != 0 || len(tags) == 0 || flag.Lookup("test.run").Value.String() != "" {
		return code
	}
	missing := seen.Uncovered(spec.Load().Tagged(tags...), waivers)
	for _, one := range missing {
		fmt.Println("documented, but seen by no test:", one)
		code = 1
	}
	return code
}

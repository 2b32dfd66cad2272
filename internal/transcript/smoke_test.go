package transcript

import (
	"os"
	"testing"
)

// TestSmoke replays every contract's transcript against a deployed server:
//
//	KEYHALL_SMOKE_URL=https://id.example.com KEYHALL_SMOKE_EMAIL=... KEYHALL_SMOKE_PASSWORD=... go test -run TestSmoke -v ./internal/transcript
//
// The account is an operator's. Each run leaves its tenants behind, all of them named after contract and group. Groups
// that need messages are skipped where the server has no /dev/messages.
func TestSmoke(t *testing.T) {
	url := os.Getenv("KEYHALL_SMOKE_URL")
	if url == "" {
		t.Skip("KEYHALL_SMOKE_URL names no server")
	}
	server := Connect(url, os.Getenv("KEYHALL_SMOKE_EMAIL"), os.Getenv("KEYHALL_SMOKE_PASSWORD"))
	for _, contract := range recordedContracts(t) {
		records, settings := golden(t, contract)
		Replay(t, server, contract, records, settings)
	}
}

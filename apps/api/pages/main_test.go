package pages_test

import (
	"os"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestMain(m *testing.M) { os.Exit(apitest.Main(m, nil, nil)) }

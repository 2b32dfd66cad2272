package identity

import (
	"strconv"

	"github.com/keyhall/keyhall/internal/fault"
)

const (
	defaultPage = 50
	maxPage     = 200
)

// pageSize bounds what a caller asks for; 0 means the default.
func pageSize(asked int) int {
	if asked <= 0 {
		return defaultPage
	}
	return min(asked, maxPage)
}

// intCursor reads a cursor that is the id of the last row seen. A cursor of another tenant finds nothing but this tenant's
// rows, so it needs no signature.
func intCursor(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(cursor, 10, 64)
	if err != nil || id < 1 {
		return 0, fault.CursorInvalid
	}
	return id, nil
}

package transcript

import "maps"

// identities ties recorded numbers to live ones, both ways: one recorded user is one live user.
type identities struct {
	live     map[string]string
	recorded map[string]string
}

func newIdentities() identities {
	return identities{live: map[string]string{}, recorded: map[string]string{}}
}

// clone lets an answer be tried without being believed.
func (i identities) clone() identities {
	return identities{live: maps.Clone(i.live), recorded: maps.Clone(i.recorded)}
}

// same ties the two numbers, or says which number the tie of an earlier answer demands. The scope keeps users and
// groups apart, which count independently.
func (i identities) same(scope, want, got string) (expected string, ok bool) {
	if known, seen := i.live[scope+want]; seen && known != got {
		return known + " (as before)", false
	}
	if known, seen := i.recorded[scope+got]; seen && known != want {
		return "not the number of recorded " + known, false
	}
	i.live[scope+want], i.recorded[scope+got] = got, want
	return "", true
}

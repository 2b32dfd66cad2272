package dev

import (
	"context"
	"encoding/base64"
	"errors"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants/admin"
)

// defaultOperator is who administers a platform that nobody named an operator for.
const defaultOperator = "operator@localhost"

// untold is the file with a password that was made and may not have been shown yet.
const untold = "operator.password"

// Operator makes sure that the platform has an operator and gives his address. Without a password a new one is made
// and given back until Told says that a person has seen it, so that a kill in between does not lock everybody out.
// One who is there already is left as he is.
func Operator(ctx context.Context, f *Folder, admins *admin.Service, email, password string) (address, made string, err error) {
	all, _, err := admins.Operators(ctx, admin.OperatorFilter{})
	if err != nil {
		return "", "", err
	}
	if len(all) > 0 && email == "" {
		made, err = f.read(untold)
		return all[0].Email, made, err
	}
	if email == "" {
		email = defaultOperator
	}
	if password == "" {
		if made, err = f.once(untold, newPassword); err != nil {
			return "", "", err
		}
		password = made
	}
	_, err = admins.CreateOperator(ctx, admin.NewOperator{Email: email, Password: password, Role: admin.RoleOwner, Check: admin.TrustPassword})
	if errors.Is(err, fault.AdminTaken) {
		made, err = "", nil
	}
	return email, made, err
}

func newPassword() string { return base64.RawURLEncoding.EncodeToString(seal.Random(15)) }

// Told forgets the password that Operator made: it has been shown.
func (f *Folder) Told() error { return f.remove(untold) }

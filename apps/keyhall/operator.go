package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/keyhall/keyhall/tenants/admin"
)

type operatorCmd struct {
	List        operatorList     `cmd:"" help:"List operators."`
	Create      operatorCreate   `cmd:"" help:"Create an operator."`
	SetPassword operatorPassword `cmd:"" help:"Set an administrator's password and end his sessions."`
	ResetFactor operatorFactor   `cmd:"" help:"Take the second factor from an administrator who has lost it, and end his sessions."`
}

type operatorLine struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Role  string `json:"role"`
}

type operatorList struct {
	tool `embed:""`
}

// Run prints the operators.
func (c operatorList) Run(ctx context.Context) error {
	return c.with(ctx, func(h *house) error {
		lines := []operatorLine{}
		for f := (admin.OperatorFilter{Limit: 200}); ; {
			all, next, err := h.admins.Operators(ctx, f)
			if err != nil {
				return err
			}
			for _, a := range all {
				if !a.Invited {
					lines = append(lines, operatorLine{a.ID.String(), a.Email, a.Role})
				}
			}
			if f.Cursor = next; next == "" {
				break
			}
		}
		if c.JSON {
			return printJSON(lines)
		}
		if len(lines) == 0 {
			fmt.Println("There are no operators. Make one: keyhall operator create EMAIL")
		}
		for _, l := range lines {
			fmt.Printf("%-9s %s\n", l.Role, l.Email)
		}
		return nil
	})
}

// secret is a password that never stands in a process list: from the environment, else asked for.
type secret struct {
	Password string `env:"KEYHALL_OPERATOR_PASSWORD" hidden:""`
}

func (s secret) read() (string, error) {
	if s.Password != "" {
		return s.Password, nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", errors.Join(errors.New("give the password on standard input or in KEYHALL_OPERATOR_PASSWORD"), err)
		}
		return line, nil
	}
	fmt.Fprint(os.Stderr, "Password: ")
	typed, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	return string(typed), err
}

type operatorCreate struct {
	tool   `embed:""`
	secret `embed:""`
	Role   string `enum:"owner,operator" default:"owner" help:"What the operator may do: owner (everything) or operator (everything but other operators and the platform's settings)."`
	Email  string `arg:"" help:"The operator's e-mail address."`
}

// Run creates the operator.
func (c operatorCreate) Run(ctx context.Context) error {
	password, err := c.read()
	if err != nil {
		return err
	}
	return c.with(ctx, func(h *house) error {
		a, err := h.admins.CreateOperator(ctx, admin.NewOperator{Email: c.Email, Password: password, Role: c.Role, Check: admin.CheckPassword})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(operatorLine{a.ID.String(), a.Email, c.Role})
		}
		fmt.Println(a.Email + " is an operator now.")
		return nil
	})
}

type operatorPassword struct {
	tool   `embed:""`
	secret `embed:""`
	Email  string `arg:"" help:"The administrator's e-mail address."`
}

// Run sets the password.
func (c operatorPassword) Run(ctx context.Context) error {
	password, err := c.read()
	if err != nil {
		return err
	}
	return c.with(ctx, func(h *house) error {
		if err := h.admins.SetPassword(ctx, c.Email, password); err != nil {
			return err
		}
		fmt.Println("The password is set; all sessions of " + c.Email + " have ended.")
		return nil
	})
}

type operatorFactor struct {
	tool  `embed:""`
	Email string `arg:"" help:"The administrator's e-mail address."`
}

// Run takes the second factor away.
func (c operatorFactor) Run(ctx context.Context) error {
	return c.with(ctx, func(h *house) error {
		if err := h.admins.ResetFactor(ctx, c.Email); err != nil {
			return err
		}
		fmt.Println(c.Email + " signs in with the password alone now; all sessions have ended.")
		return nil
	})
}

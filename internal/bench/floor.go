package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver
	"golang.org/x/sync/errgroup"

	"github.com/keyhall/keyhall/tenants/password"
)

// person is what the floor of "who am I" answers.
type person struct {
	ID        int64     `db:"id" json:"id"`
	Username  string    `db:"username" json:"username"`
	Email     string    `db:"email" json:"email"`
	FirstName string    `db:"first_name" json:"first_name"`
	LastName  string    `db:"last_name" json:"last_name"`
	UserType  string    `db:"user_type" json:"user_type"`
	CreatedAt time.Time `db:"created_at" json:"created_at"`
}

const (
	floorSelect = `select id, username, email, first_name, last_name, user_type, created_at from users where tenant_id = $1 and id = $2`
	floorUpdate = `update sessions set refresh_generation = refresh_generation + 1, rotated_at = now() where tenant_id = $1 and id = $2
		returning refresh_generation`
)

// floor serves what no server of this kind can do without, and nothing else: one prepared statement and its answer. It
// knows no tenants, no row-level security, no tokens.
func floor(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("floor", flag.ContinueOnError)
	database, listen := flags.String("database", "", "URL"), flags.String("listen", "", "address")
	if err := flags.Parse(args); err != nil {
		return err
	}
	db, err := sqlx.ConnectContext(ctx, "postgres", *database)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(12)
	db.SetMaxIdleConns(12)
	read, err := db.Preparex(floorSelect)
	if err != nil {
		return err
	}
	write, err := db.Preparex(floorUpdate)
	if err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/me/:tenant/:id", func(c *fiber.Ctx) error {
		var p person
		if err := read.Get(&p, c.Params("tenant"), c.Params("id")); err != nil {
			return err
		}
		return c.JSON(p)
	})
	app.Post("/refresh/:tenant/:id", func(c *fiber.Ctx) error {
		var generation int
		if err := write.Get(&generation, c.Params("tenant"), c.Params("id")); err != nil {
			return err
		}
		return c.JSON(fiber.Map{"generation": generation})
	})
	ln, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	return app.Listener(ln)
}

// hashes prints how many passwords the hashing threads verify in a second when there is nothing else to do.
func hashes(args []string) error {
	flags := flag.NewFlagSet("hash", flag.ContinueOnError)
	length := flags.Duration("length", 3*time.Second, "how long")
	if err := flags.Parse(args); err != nil {
		return err
	}
	pool := password.NewPool(password.PoolOptions{})
	password.MakeRoom(password.Hashers())
	stored, err := pool.Hash(context.Background(), "", secret)
	if err != nil {
		return err
	}
	var done atomic.Int64
	var callers errgroup.Group
	began := time.Now()
	for range 2 * password.Hashers() {
		callers.Go(func() error {
			for time.Since(began) < *length {
				if _, _, err := pool.Verify(context.Background(), "", stored, secret); err != nil {
					return err
				}
				done.Add(1)
			}
			return nil
		})
	}
	err = callers.Wait()
	fmt.Println(float64(done.Load()) / time.Since(began).Seconds())
	return err
}

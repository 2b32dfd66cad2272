package wire

import "net/http"

// Response is the answer of a handler or of a Dialect.
type Response struct {
	Status  int               //
	Body    any               // JSON unless []byte, which is sent as it is; nil: no body
	Header  map[string]string // Content-Type here replaces application/json
	Cookies []*http.Cookie    //
}

// OK is 200 with a JSON body.
func OK(body any) Response { return Response{Status: http.StatusOK, Body: body} }

// Created is 201 with a JSON body.
func Created(body any) Response { return Response{Status: http.StatusCreated, Body: body} }

// NoContent is 204.
func NoContent() Response { return Response{Status: http.StatusNoContent} }

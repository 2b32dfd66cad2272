module github.com/keyhall/keyhall/sdk

go 1.26.0

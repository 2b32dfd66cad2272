package keyhall

import (
	"context"
	"iter"
)

// All goes through all users that List would give page by page. It stops after the first error.
func (s UsersService) All(ctx context.Context, params *UsersListParams, options ...CallOption) iter.Seq2[User, error] {
	var p UsersListParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]User, *string, error) {
		p.Cursor = cursor
		page, err := s.List(ctx, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// All goes through all tenants that List would give page by page. It stops after the first error.
func (s TenantsService) All(ctx context.Context, params *TenantsListParams, options ...CallOption) iter.Seq2[TenantSummary, error] {
	var p TenantsListParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]TenantSummary, *string, error) {
		p.Cursor = cursor
		page, err := s.List(ctx, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// All goes through all deliveries that List would give page by page. It stops after the first error.
func (s DeliveriesService) All(ctx context.Context, params *DeliveriesListParams, options ...CallOption) iter.Seq2[Delivery, error] {
	var p DeliveriesListParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]Delivery, *string, error) {
		p.Cursor = cursor
		page, err := s.List(ctx, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// All goes through all entries that List would give page by page. It stops after the first error.
func (s AuditService) All(ctx context.Context, params *AuditListParams, options ...CallOption) iter.Seq2[AuditEntry, error] {
	var p AuditListParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]AuditEntry, *string, error) {
		p.Cursor = cursor
		page, err := s.List(ctx, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// AllPlatform goes through all entries of the platform that Platform would give page by page. It stops after the first error.
func (s AuditService) AllPlatform(ctx context.Context, params *AuditPlatformParams, options ...CallOption) iter.Seq2[PlatformAuditEntry, error] {
	var p AuditPlatformParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]PlatformAuditEntry, *string, error) {
		p.Cursor = cursor
		page, err := s.Platform(ctx, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// All goes through all operators that List would give page by page. It stops after the first error.
func (s OperatorsService) All(ctx context.Context, params *OperatorsListParams, options ...CallOption) iter.Seq2[Operator, error] {
	var p OperatorsListParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]Operator, *string, error) {
		p.Cursor = cursor
		page, err := s.List(ctx, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// AllTasks goes through all tasks of a queue that Tasks would give page by page. It stops after the first error.
func (s QueuesService) AllTasks(ctx context.Context, queue string, params *QueuesTasksParams, options ...CallOption) iter.Seq2[Task, error] {
	var p QueuesTasksParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]Task, *string, error) {
		p.Cursor = cursor
		page, err := s.Tasks(ctx, queue, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// AllDeliveries goes through all calls of an endpoint that Deliveries would give page by page. It stops after the first error.
func (s WebhooksService) AllDeliveries(ctx context.Context, id string, params *WebhooksDeliveriesParams, options ...CallOption) iter.Seq2[WebhookDelivery, error] {
	var p WebhooksDeliveriesParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]WebhookDelivery, *string, error) {
		p.Cursor = cursor
		page, err := s.Deliveries(ctx, id, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// AllMembers goes through all members of a group that Members would give page by page. It stops after the first error.
func (s ManagingService) AllMembers(ctx context.Context, id int64, params *ManagingMembersParams, options ...CallOption) iter.Seq2[GroupMember, error] {
	var p ManagingMembersParams
	if params != nil {
		p = *params
	}
	return pages(p.Cursor, func(cursor *string) ([]GroupMember, *string, error) {
		p.Cursor = cursor
		page, err := s.Members(ctx, id, &p, options...)
		return page.Data, page.NextCursor, err
	})
}

// pages asks for one page after the other and yields what is on them.
func pages[T any](cursor *string, page func(cursor *string) ([]T, *string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for next := cursor; ; {
			entries, after, err := page(next)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
			if after == nil {
				return
			}
			next = after
		}
	}
}

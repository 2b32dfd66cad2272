import type { common as english } from '../en/common';
import type { Translation } from '../translation';

export const common = {
  actions: '操作',
  and: '與',
  cancel: '取消',
  confirm: '確認',
  close: '關閉',
  retry: '再試一次',
  undo: '復原',

  'copy.do': '複製{what}',
  'copy.done': '已複製',
  'search.clear': '清除搜尋',
  'pager.label': '頁',
  'pager.page': '第 {page} 頁',
  'pager.back': '上一頁',
  'pager.next': '下一頁',

  'field.name': '名稱',
  'field.first-name': '名字',
  'field.last-name': '姓氏',
  'field.username': '使用者名稱',
  'field.email': '電子郵件地址',
  'field.mobile': '手機號碼',
  'field.password': '密碼',
  'field.password-show': '顯示或隱藏密碼',
  'field.slug': '代稱',
  'field.status': '狀態',
  'field.group': '群組',
  'field.created': '建立時間',

  'verified.yes': '電子郵件地址已確認',
  'verified.no': '電子郵件地址尚未確認',
  'verified.short-yes': '已確認',
  'verified.short-no': '尚未確認',

  'off-limits.title': '不在您的角色範圍內',
  'powers.operator': '只有平台營運者能建立租戶。',
  'powers.manage': '您在此租戶的角色不能變更使用者與群組。',
  'powers.decide': '您在此租戶的角色不能審核使用者。',
  'powers.configure': '您在此租戶的角色不包含租戶設定。擁有者與管理員才能檢視與變更。',

  'error.request': '請求編號',
  'error.unreachable': '無法連線到 Keyhall。請檢查連線後再試一次。',
  'error.server': '伺服器發生問題。可用請求編號在記錄檔中找到它。',
  'error.unexpected': '發生問題。',
  'error.bad_credentials': '電子郵件地址或密碼不正確。',
  'error.csrf_failed': '有人在此瀏覽器的另一個分頁登入。請確認目前的身分，再試一次。',
  'error.not_allowed': '您沒有這項權限。請詢問租戶的擁有者。',
  'error.not_found': '它已經不在了，或您無權檢視。',
  'error.invitation_invalid': '此邀請已失效。請索取新的邀請。',
} as const satisfies Translation<typeof english>;

"use strict";
window.addEventListener("DOMContentLoaded", () => {
  window.SwaggerUIBundle({ url: "../openapi.yaml", dom_id: "#docs", deepLinking: true, defaultModelsExpandDepth: 0, docExpansion: "list", validatorUrl: null });
});

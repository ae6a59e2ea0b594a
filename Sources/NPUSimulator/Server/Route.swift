/// What a method and path ask for.
enum Route: Sendable, Hashable {
  case generation(GenerationRequest.Kind)
  case health
  case version
  case models
  case load
  case tokenize
  case detokenize
  case metrics
  case images(ImageRoute)
  case tasks(TaskRoute)
  case audio(AudioRoute)
  case notFound
  /// The path exists, for another method.
  case wrongMethod(allowed: String)

  init(method: String, path: String) {
    let path = path.prefix { $0 != "?" && $0 != "#" }
    guard let (route, methods) = Self.table[String(path)] ?? TaskRoute.entry(for: path) else {
      self = .notFound
      return
    }
    self = methods.contains(method) ? route : .wrongMethod(allowed: methods.joined(separator: ", "))
  }

  /// Whether a server with a key asks for it on this path; vLLM guards by prefix, before it looks for a route.
  static func isGuarded(_ path: String) -> Bool {
    ["/v1", "/v2", "/inference"].contains { path.hasPrefix($0) }
  }

  private static let table: [String: (Route, [String])] = [
    "/v1/chat/completions": (.generation(.chat), ["POST"]),
    "/v1/completions": (.generation(.completion), ["POST"]),
    "/v1/models": (.models, ["GET"]),
    "/health": (.health, ["GET"]),
    "/v2/health/live": (.health, ["GET"]),
    "/v2/health/ready": (.health, ["GET"]),
    "/ping": (.health, ["GET", "POST"]),
    "/version": (.version, ["GET"]),
    "/load": (.load, ["GET"]),
    "/metrics": (.metrics, ["GET"]),
    "/tokenize": (.tokenize, ["POST"]),
    "/detokenize": (.detokenize, ["POST"]),
    "/generate": (.images(.diffusers), ["POST"]),
    "/v1/images/generations": (.images(.openAI), ["POST"]),
    "/v1/images/edits": (.images(.edit), ["POST"]),
    "/v1/images/variations": (.images(.variation), ["POST"]),
    "/submit": (.tasks(.submit), ["POST"]),
    "/batch_submit": (.tasks(.batch), ["POST"]),
    "/transcribe": (.audio(.transcribe), ["POST"]),
    "/v1/audio/transcriptions": (.audio(.transcriptions), ["POST"]),
    "/synthesize": (.audio(.synthesize), ["POST"]),
    "/v1/audio/speech": (.audio(.speech), ["POST"]),
    "/v1/audio/voices": (.audio(.voices), ["GET"]),
    "/": (.tasks(.info), ["GET"]),
  ]
}

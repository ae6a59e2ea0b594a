import NIOCore
import Testing

@testable import NPUSimulator

/// Routes of services that exist nowhere: the router knows none by name.
@Suite struct RouterTests {
  private static func route(
    _ path: String, _ methods: [String] = ["GET"], takesForm: Bool = false,
    exists: @escaping @Sendable (Behaviour) -> Bool = { _ in true }
  ) -> Route {
    Route(path: path, methods: methods, takesForm: takesForm, exists: exists) { _ in .fixed(ByteBuffer()) }
  }

  private static let router = Router([
    route("/health", ["POST"]) { $0.tasks.ownsHealth },
    route("/health", ["GET", "PUT"]),
    route("/things/*"),
    route("/things/all", ["POST"]),
    route("/things/*/parts", ["POST"]),
    route("/upload", ["POST"], takesForm: true),
  ])

  private func found(_ method: String, _ path: String, _ behaviour: Behaviour = Behaviour()) -> String {
    switch Self.router.match(method: method, path: path, behaviour) {
    case .route(let route, let name): "\(route.path) \(name)"
    case .notFound: "not found"
    case .wrongMethod(let allowed): "allowed: \(allowed)"
    }
  }

  @Test(
    "A path is found as a whole, or by all but its last part",
    arguments: [
      ("GET", "/health", "/health "), ("PUT", "/health?a=/things/b", "/health "),
      ("DELETE", "/health", "allowed: GET, PUT"), ("GET", "/healthy", "not found"), ("GET", "/", "not found"),
      ("GET", "", "not found"), ("GET", "/things/a", "/things/* a"), ("GET", "/things/a#b", "/things/* a"),
      ("GET", "/things/", "not found"), ("GET", "/things", "not found"), ("GET", "/things/a/b", "not found"),
      ("POST", "/things/a/parts", "/things/*/parts a"), ("POST", "/things//parts", "not found"),
      ("POST", "/things/a/b/parts", "not found"), ("GET", "/things/a/parts", "allowed: POST"),
      ("POST", "/things/parts", "allowed: GET"),
      ("POST", "/things/a", "allowed: GET"), ("POST", "/things/all", "/things/all "),
      ("GET", "/things/all", "allowed: POST"), ("GET", "/other/things/a", "not found"),
    ])
  func matches(method: String, path: String, result: String) {
    #expect(found(method, path) == result)
  }

  @Test("Of two routes for one path the first counts that exists on such a server") func precedence() {
    let owner = Behaviour().with { $0.tasks.ownsHealth = true }
    #expect(found("GET", "/health", owner) == "allowed: POST")
    #expect(found("GET", "/health") == "/health ")
  }

  @Test("Forms are known by their path alone") func forms() {
    #expect(Self.router.takesForm("/upload?x=1"))
    #expect(!Self.router.takesForm("/health"))
    #expect(!Self.router.takesForm("/things/a"))
  }
}

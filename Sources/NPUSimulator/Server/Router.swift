/// Finds the route of a request among those that were registered.
struct Router: Sendable {
  /// What a method and path ask for.
  enum Match: Sendable {
    /// A route, and the part of the path that it left open.
    case route(Route, name: String)
    case notFound
    /// The path exists, for other methods.
    case wrongMethod(allowed: String)
  }

  /// Routes by their path, in the order in which they were registered.
  private let exact: [String: [Route]]
  /// Routes whose last part is open, by what stands before it.
  private let open: [String: [Route]]
  /// Routes of which any rest is open, by what stands before it; the longest first.
  private let deep: [(prefix: String, routes: [Route])]
  /// Routes with an open part further in front, and what stands before and behind it.
  private let inner: [(before: String, after: String, route: Route)]

  init(_ routes: [Route]) {
    inner = routes.compactMap { route in
      guard let star = route.path.firstRange(of: "/*/") else { return nil }
      return (String(route.path[...star.lowerBound]), "/" + route.path[star.upperBound...], route)
    }
    let others = routes.filter { !$0.path.contains("/*/") }
    exact = Dictionary(grouping: others.filter { !$0.path.hasSuffix("*") }, by: \.path)
    open = Dictionary(grouping: others.filter { $0.path.hasSuffix("/*") }, by: { String($0.path.dropLast()) })
    let rests = Dictionary(grouping: others.filter { $0.path.hasSuffix("/**") }, by: { String($0.path.dropLast(2)) })
    deep = rests.map { ($0.key, $0.value) }.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
  }

  /// Finds the route of a request; of several for one path the first that exists on such a server.
  func match(method: String, path: String, _ behaviour: Behaviour) -> Match {
    let path = Self.bare(path)
    var (routes, name) = (exact[String(path)] ?? [], "")
    if routes.isEmpty, let (found, part) = innerRoutes(path) { (routes, name) = (found, part) }
    if routes.isEmpty, let slash = path.lastIndex(of: "/"), path[slash...].count > 1 {
      routes = open[String(path[...slash])] ?? []
      name = String(path[slash...].dropFirst())
    }
    if routes.isEmpty, let rest = deep.first(where: { path.hasPrefix($0.prefix) }) {
      routes = rest.routes
      name = String(path.dropFirst(rest.prefix.count))
    }
    guard let route = routes.first(where: { $0.exists(behaviour) }) else { return .notFound }
    guard route.methods.contains(method) else { return .wrongMethod(allowed: route.methods.joined(separator: ", ")) }
    return .route(route, name: name)
  }

  /// The routes whose open part is not the last, and that part.
  private func innerRoutes(_ path: Substring) -> (routes: [Route], name: String)? {
    func part(_ before: String, _ after: String) -> Substring? {
      guard path.count > before.count + after.count, path.hasPrefix(before), path.hasSuffix(after) else { return nil }
      let part = path.dropFirst(before.count).dropLast(after.count)
      return part.contains("/") ? nil : part
    }
    let found = inner.filter { part($0.before, $0.after) != nil }
    guard let first = found.first, let name = part(first.before, first.after) else { return nil }
    return (found.map(\.route), String(name))
  }

  /// Whether a path takes a form, which is then read as it arrives.
  func takesForm(_ path: String) -> Bool {
    exact[String(Self.bare(path))]?.contains(where: \.takesForm) ?? false
  }

  private static func bare(_ path: String) -> Substring { path.prefix { $0 != "?" && $0 != "#" } }
}

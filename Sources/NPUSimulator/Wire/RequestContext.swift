internal import NIOHTTP1

/// A request as its service sees it: what was asked, how the server behaves for it, and how responses are framed.
struct RequestContext: Sendable {
  let request: IncomingRequest
  /// The number of the request, counted over all routes.
  let number: Int
  /// The part of the path that the route left open.
  let name: String
  private(set) var behaviour: Behaviour
  private(set) var format: WireFormat
  /// Requests that were being answered, that waited, and whose cache was in use when this one came.
  let load: (running: Int, waiting: Int, cached: Int)
  /// What requests were to have repeated.
  let recentQuotes: RecentQuotes
  private let countGeneration: @Sendable () -> Int

  init(
    _ request: IncomingRequest, number: Int, name: String, behaviour: Behaviour, format: WireFormat,
    load: (running: Int, waiting: Int, cached: Int), recentQuotes: RecentQuotes,
    countGeneration: @escaping @Sendable () -> Int
  ) {
    self.recentQuotes = recentQuotes
    self.request = request
    self.number = number
    self.name = name
    self.behaviour = behaviour
    self.format = format
    self.load = load
    self.countGeneration = countGeneration
  }

  /// Counts this request among those that generate something.
  ///
  /// - Returns: Its number among them, which decides whether it meets the fault.
  func nextGeneration() -> Int { countGeneration() }

  /// The JSON of the body.
  func document() throws(ErrorResponse) -> JSONValue {
    guard request.isJSON else {
      throw .shape("1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed")
    }
    do {
      return try JSONParser.parse(request.bytes)
    } catch {
      throw .shape("1 validation error:\n  the body is not JSON: \(error.reason)", at: String(error.offset))
    }
  }

  /// Lets every response that follows say something wrong.
  mutating func corrupt() { behaviour.corruption = Corruption([.foreignScript], rate: 1) }

  /// Lays the members given in the request over the server's behaviour.
  mutating func override(with document: JSONValue) throws(ErrorResponse) {
    let header = request.head.headers.first(name: "x-simulator-behaviour")
    let hasMember = document["simulator"].map { !$0.isNull } ?? false
    guard header != nil || hasMember else { return }
    do {
      if let header { behaviour = try Behaviour(json: Array(header.utf8), base: behaviour) }
      if hasMember { behaviour = try behaviour.overridden(byBody: request.bytes) }
    } catch let error as DecodingError {
      throw .shape("The behaviour asked for cannot be used: \(error.reason)", at: "simulator")
    } catch {
      throw .shape("The behaviour asked for cannot be used: \(error)", at: "simulator")
    }
    format.wireProtocol = behaviour.wireProtocol
  }
}

extension RequestContext {
  /// The JSON of the body; a service that takes anything for a body gets a greeting.
  func documentOrGreeting() throws(ErrorResponse) -> JSONValue {
    do throws(ErrorResponse) {
      return try document()
    } catch {
      guard behaviour.has(.acceptsMalformedJSON) else { throw error }
      return Self.greeting
    }
  }

  /// What careless services make of a request that they cannot read.
  static let greeting = JSONValue.object([
    .init(
      key: "messages",
      value: .array([
        .object([.init(key: "role", value: .string("user")), .init(key: "content", value: .string("Hello"))])
      ])),
    .init(key: "prompt", value: .string("Hello")),
    .init(key: "input", value: .string("Hello")),
    .init(key: "text", value: .string("Hello")),
  ])
}

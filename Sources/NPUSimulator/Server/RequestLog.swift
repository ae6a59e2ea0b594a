internal import NIOCore
internal import NIOHTTP1

/// The last requests, in a ring of fixed size.
struct RequestLog: Sendable {
  /// How many requests are kept.
  let capacity: Int
  private var ring: [ReceivedRequest] = []
  private var oldest = 0

  init(capacity: Int) {
    self.capacity = max(0, capacity)
  }

  /// The requests from the oldest to the newest.
  var requests: [ReceivedRequest] {
    Array(ring[oldest...] + ring[..<oldest])
  }

  /// Adds a request, in place of the oldest one if the log is full.
  mutating func append(_ request: ReceivedRequest) {
    guard capacity > 0 else { return }
    if ring.count < capacity {
      ring.append(request)
    } else {
      ring[oldest] = request
      oldest = (oldest + 1) % capacity
    }
  }

  /// Changes a request that is still in the log.
  ///
  /// - Parameters:
  ///   - number: Its number; requests are added in the order of their numbers.
  ///   - change: What is done to it.
  mutating func update(_ number: Int, _ change: (inout ReceivedRequest) -> Void) {
    guard let newest = ring.isEmpty ? nil : ring[(oldest + ring.count - 1) % ring.count].number else { return }
    let age = newest - number
    guard age >= 0, age < ring.count else { return }
    let index = (oldest + ring.count - 1 - age) % ring.count
    guard ring[index].number == number else { return }
    change(&ring[index])
  }

  /// Forgets all requests.
  mutating func clear() {
    ring.removeAll()
    oldest = 0
  }
}

extension IncomingRequest {
  /// What the log keeps of the request.
  func logged(number: Int, connection: Int, counters: SimulatorCounters) -> ReceivedRequest {
    let headers = head.headers.map { name, value in
      ReceivedRequest.Header(name: name, value: name.lowercased() == "authorization" ? "[redacted]" : value)
    }
    return ReceivedRequest(
      number: number, connection: connection, method: head.method.rawValue, path: head.uri, headers: headers,
      bodySize: bodySize, body: Array(body.readableBytesView.prefix(65_536)),
      receivedAt: Int64(receivedAt.uptimeNanoseconds), openConnections: counters.openConnections,
      peakConnections: counters.peakConnections)
  }
}

internal import NIOCore
internal import NIOPosix

/// How busy a service says it is, on its page of metrics.
package struct SMIServiceLoad: Sendable {
  /// A longer page is not read to its end.
  private static let sizeLimit = 4 << 20

  private let host: String
  private let port: Int
  private let path: String
  private let fullLoad: Int
  private let timeout: Duration

  /// Why no load could be read.
  package struct Failure: Error, CustomStringConvertible {
    /// What happened, with the address and the time that was waited.
    package let description: String
  }

  /// Reads a URL such as `http://127.0.0.1:8000/metrics`; nil if it is none, or the full load is below 1.
  ///
  /// - Parameters:
  ///   - url: The address of the page.
  ///   - fullLoad: How many running requests are a full load.
  ///   - timeout: How long the page may take.
  package init?(url: String, fullLoad: Int, timeout: Duration = .seconds(2)) {
    guard url.hasPrefix("http://"), fullLoad >= 1 else { return nil }
    let rest = url.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(authority.count)
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty, parts.count <= 2,
      let port = parts.count == 2 ? Int(parts[1]) : 80, (1...65_535).contains(port)
    else { return nil }
    self.host = String(host)
    self.port = port
    self.path = path.isEmpty ? "/metrics" : String(path)
    self.fullLoad = fullLoad
    self.timeout = timeout
  }

  /// The running requests as a fraction of the full load, at most 1.
  ///
  /// - Throws: ``Failure`` if the page does not come in time, or what keeps it from being read.
  package func read() async throws -> Double {
    try await withThrowingTaskGroup(of: Double.self) { group in
      group.addTask { Self.load(in: try await page(), fullLoad: fullLoad) }
      group.addTask {
        try await Task.sleep(for: timeout)
        throw Failure(description: "http://\(host):\(port)\(path) did not answer within \(timeout)")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? 0
    }
  }

  private func page() async throws -> String {
    let request = "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n\r\n"
    let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connectTimeout(TimeAmount(timeout))
    let channel = try await bootstrap.connect(host: host, port: port) { channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
      }
    }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var page = ByteBuffer()
      for try await part in inbound {
        page.writeImmutableBuffer(part)
        if page.readableBytes > Self.sizeLimit { break }
      }
      return String(buffer: page)
    }
  }

  /// The fraction from the text of a page: the sum of all gauges of running requests, whatever server wrote them.
  static func load(in page: String, fullLoad: Int) -> Double {
    var running = 0.0
    for line in page.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let name = line.prefix { $0 != "{" && $0 != " " }
      guard name.hasSuffix("num_requests_running") || name.hasSuffix("num_running_reqs"),
        let value = line.split(separator: " ").last.flatMap({ Double($0) }), value.isFinite
      else { continue }
      running += max(0, value)
    }
    return min(1, running / Double(fullLoad))
  }
}

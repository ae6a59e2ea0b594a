package import NPUTransport

/// Who reads the responses of plain HTTP in a test: libcurl, or our own reader on one network thread or several.
package enum PlainHTTPReader: String, Codable, Sendable, CaseIterable {
  case own, libcurl, ownOnThreeThreads

  /// The one of the present run; `nil` where a test leaves it to the transport.
  @TaskLocal package static var current: PlainHTTPReader?

  /// The one of the present run, for a process of its own, which must be told.
  package static var ofThisRun: PlainHTTPReader { current ?? .own }
}

extension TransportConfiguration {
  /// The configuration with a reader of plain HTTP.
  package func reading(by reader: PlainHTTPReader?) -> TransportConfiguration {
    var configuration = self
    if let reader { configuration.readsPlainHTTP = reader != .libcurl }
    if reader == .ownOnThreeThreads { configuration.networkThreads = 3 }
    return configuration
  }
}

extension CurlTransport {
  /// A transport with a reader of plain HTTP, which is that of the present run unless the test names one.
  package static func make(
    _ configuration: TransportConfiguration = TransportConfiguration(), reader: PlainHTTPReader? = .current
  ) throws -> CurlTransport {
    try CurlTransport(configuration: configuration.reading(by: reader))
  }
}

internal import CNPUCurl

/// What libcurl says of itself.
package enum CurlVersion {
  /// Its own version and that of its TLS library, by name, such as `libcurl` and `OpenSSL`.
  package static var components: [String: String] {
    let text = unsafe String(cString: curl_version())
    // "libcurl/7.88.1 OpenSSL/3.0.15 zlib/1.2.13 ...": the TLS library comes second.
    return text.split(separator: " ").prefix(2).reduce(into: [:]) { components, word in
      let parts = word.split(separator: "/", maxSplits: 1)
      if parts.count == 2 { components[String(parts[0])] = String(parts[1]) }
    }
  }
}

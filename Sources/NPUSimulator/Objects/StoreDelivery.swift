internal import NIOCore
internal import NIOHTTP1

/// How an object, or a part of it, is sent.
struct StoreDelivery {
  var object: ObjectShelf.Object
  var failure: ObjectStoreBehaviour.Failure.Kind?

  func response(to request: IncomingRequest, _ format: WireFormat) throws(StoreRefusal) -> Response {
    let headers = request.head.headers
    if let wanted = headers.first(name: "if-match"), wanted.filter({ $0 != "\"" }) != object.etag {
      throw StoreRefusal(412, "PreconditionFailed", "At least one of the preconditions did not hold.")
    }
    let whole = 0..<object.bytes.count
    let range = try headers.first(name: "range").map { (text) throws(StoreRefusal) in try asked(text) } ?? whole
    let tag = failure == .wrongETag ? SimulatedObjectStore.otherTag(object.etag) : object.etag
    var extra = [("ETag", "\"\(tag)\""), ("Accept-Ranges", "bytes")]
    let isPart = headers.first(name: "range") != nil
    if isPart {
      extra.append(("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(object.bytes.count)"))
    }
    var out = ByteBuffer()
    format.writeHead(
      isPart ? 206 : 200, contentType: object.contentType, length: .known(range.count), extra: extra, into: &out)
    if request.head.method == .HEAD { return .fixed(out) }
    var bytes = Array(object.bytes[range])
    if failure == .corruptBody, let middle = bytes.indices.dropFirst(bytes.count / 2).first { bytes[middle] ^= 0x5A }
    guard failure == .truncatedBody else {
      out.writeBytes(bytes)
      return .fixed(out)
    }
    out.writeBytes(bytes.prefix(bytes.count / 2))
    return Response(script: FixedScript([.bytes(out), .close]))
  }

  /// Which bytes a field asks for, such as `bytes=5-9` and `bytes=5-`.
  private func asked(_ text: String) throws(StoreRefusal) -> Range<Int> {
    let sides =
      text.hasPrefix("bytes=")
      ? text.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false) : []
    let last = object.bytes.count - 1
    guard sides.count == 2, let first = Int(sides[0]), let end = sides[1].isEmpty ? last : Int(sides[1]), first <= last,
      end >= first
    else { throw StoreRefusal(416, "InvalidRange", "The requested range is not satisfiable.") }
    return first..<min(end, last) + 1
  }
}

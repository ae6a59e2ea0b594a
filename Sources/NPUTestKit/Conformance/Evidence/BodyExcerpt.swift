internal import NPUBase
internal import NPUTransport

/// Keeps the beginning and the end of a body whose length is not known beforehand, in bounded memory.
struct BodyExcerpt: Sendable {
  private let headLimit: Int
  private let tailLimit: Int
  private let margin: Int
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  /// The bytes that came in all.
  private(set) var count = 0

  /// - Parameters:
  ///   - head: How many bytes of the beginning are shown.
  ///   - tail: How many bytes of the end are shown.
  ///   - margin: How many bytes more are kept on each side, so that a secret at the edge is seen whole.
  init(head: Int, tail: Int, margin: Int) {
    headLimit = head
    tailLimit = tail
    self.margin = margin
  }

  /// Takes the next bytes.
  mutating func append(_ bytes: Span<UInt8>) {
    count += bytes.count
    for index in 0..<min(bytes.count, max(0, headLimit + margin - head.count)) { head.append(bytes[index]) }
    // Of a large piece only what can be part of the end; then nothing before it can.
    let start = max(0, bytes.count - tailLimit - margin)
    if start > 0 { tail.removeAll(keepingCapacity: true) }
    for index in start..<bytes.count { tail.append(bytes[index]) }
    if tail.count > 2 * (tailLimit + margin) { tail.removeFirst(tail.count - tailLimit - margin) }
  }

  /// The excerpt on one line; of an image, a sound or the like no more than that it is none to read.
  func text(_ redactor: Redactor) -> String {
    // No text has this byte, not even one that is cut or broken.
    if head.contains(0) || tail.contains(0) { return "(binary)" }
    if count <= headLimit + tailLimit {
      let whole = head + tail.suffix(count - head.count)
      return Excerpt.of(redactor.clean(whole), limit: headLimit + tailLimit)
    }
    let shownHead = redactor.cleanHead(head, limit: headLimit)
    let shownTail = redactor.cleanTail(tail, limit: tailLimit)
    return Excerpt.of(shownHead, limit: headLimit) + " … \(count - headLimit - tailLimit) bytes … "
      + Excerpt.of(shownTail, limit: tailLimit)
  }
}

internal import NIOCore

/// The simulated model's log-probabilities: made from a seed, the same for the same token at the same place.
struct LogProbabilities: Sendable {
  /// One token and its log-probability in ten-thousandths.
  struct Entry: Sendable, Hashable {
    var token: [UInt8]
    var tenThousandths: Int

    /// Whether it is lost, and null stands in its place.
    var isLost = false

    /// Writes the number with a decimal point.
    func writeNumber(into buffer: inout ByteBuffer) {
      guard !isLost else {
        buffer.writeStaticString("null")
        return
      }
      let size = tenThousandths.magnitude
      if tenThousandths < 0 { buffer.writeStaticString("-") }
      buffer.writeDecimal(Int(size / 10_000))
      buffer.writeStaticString(".")
      let fraction = String(size % 10_000)
      buffer.writeString(String(repeating: "0", count: 4 - fraction.utf8.count))
      buffer.writeString(fraction)
    }
  }

  let seed: UInt64
  private let sign: Int
  private let perturbation: ModelPerturbation
  private let isLost: Bool
  private let words = Vocabulary.of(.latin).followers

  /// - Parameters:
  ///   - seed: What decides the numbers.
  ///   - isPositive: Whether they have the wrong sign on purpose.
  ///   - perturbation: By how much they differ from those of the seed.
  ///   - isLost: Whether null stands in the place of each.
  init(
    seed: UInt64, isPositive: Bool = false, perturbation: ModelPerturbation = ModelPerturbation(), isLost: Bool = false
  ) {
    self.isLost = isLost
    self.seed = seed
    self.perturbation = perturbation
    sign = isPositive ? -1 : 1
  }

  /// The chosen token, then its alternatives, each less likely than the one before.
  ///
  /// - Parameters:
  ///   - token: The chosen token.
  ///   - position: Where it stands in its text.
  ///   - count: How many entries are wanted, the chosen token among them.
  ///   - rival: The token that was nearly chosen.
  /// - Returns: At least the chosen token.
  func entries(for token: [UInt8], at position: Int, count: Int, rival: Rival? = nil) -> [Entry] {
    var random = SplitMix64(seed: SplitMix64.mix(seed, SplitMix64.digest(token), UInt64(position)))
    // At most one half, and each at most half of the one before: together never more than 1.
    var value = -(6_932 + random.index(below: 15_000))
    // Two of them that are alike have at most 0.3 each.
    if rival != nil { value -= 5_108 }
    func entry(_ token: [UInt8]) -> Entry {
      Entry(
        token: token, tenThousandths: sign * (value + perturbation.difference(seed: seed, token, at: position)),
        isLost: isLost)
    }
    var entries = [entry(token)]
    if let rival, count > 1 {
      value -= rival.margin
      entries.append(entry(rival.token))
    }
    while entries.count < count {
      value -= 7_000 + random.index(below: 9_000)
      let word = words[random.index(below: words.count)]
      if !entries.contains(where: { $0.token == word }) {
        entries.append(entry(word))
      }
    }
    return entries
  }

  /// Writes the object that stands in a chat response for one token.
  func writeChat(
    _ token: [UInt8], at position: Int, top: Int, rival: Rival? = nil, into buffer: inout ByteBuffer
  ) {
    let entries = entries(for: token, at: position, count: top, rival: rival)
    writeChatMembers(entries[0], into: &buffer)
    buffer.writeStaticString(#","top_logprobs":["#)
    for (index, entry) in entries.prefix(top).enumerated() {
      if index > 0 { buffer.writeStaticString(",") }
      writeChatMembers(entry, into: &buffer)
      buffer.writeStaticString("}")
    }
    buffer.writeStaticString("]}")
  }

  private func writeChatMembers(_ entry: Entry, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"{"token":"#)
    buffer.writeJSON(entry.token)
    buffer.writeStaticString(#","logprob":"#)
    entry.writeNumber(into: &buffer)
    buffer.writeStaticString(#","bytes":"#)
    buffer.writeJSON(entry.token.map { Int($0) })
  }

  /// Writes the log-probabilities of a prompt: null for the first token, then objects by token number.
  func writePrompt(_ pieces: [[UInt8]], top: Int, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("[")
    for (position, piece) in pieces.enumerated() {
      if position > 0 { buffer.writeStaticString(",") }
      guard position > 0 else {
        buffer.writeStaticString("null")
        continue
      }
      buffer.writeStaticString("{")
      for (rank, entry) in entries(for: piece, at: position, count: max(1, top)).enumerated() {
        if rank > 0 { buffer.writeStaticString(",") }
        buffer.writeJSON(String(Tokenizer.identifier(of: entry.token)))
        buffer.writeStaticString(#":{"logprob":"#)
        entry.writeNumber(into: &buffer)
        buffer.writeStaticString(#","rank":"#)
        buffer.writeDecimal(rank + 1)
        buffer.writeStaticString(#","decoded_token":"#)
        buffer.writeJSON(entry.token)
        buffer.writeStaticString("}")
      }
      buffer.writeStaticString("}")
    }
    buffer.writeStaticString("]")
  }

  /// Writes the lists of a text completion.
  ///
  /// - Parameters:
  ///   - tokens: The tokens in order.
  ///   - position: The place of the first of them in the text.
  ///   - offset: The characters before it.
  ///   - startsText: Whether the first token has nothing before it and therefore no probability.
  ///   - top: How many alternatives are listed.
  ///   - rivals: The tokens that were nearly chosen, by the place in the list.
  ///   - buffer: Where they are written.
  func writeCompletion(
    _ tokens: [[UInt8]], position: Int, offset: Int, startsText: Bool, top: Int, rivals: [Int: Rival] = [:],
    into buffer: inout ByteBuffer
  ) {
    var lists = (offsets: ByteBuffer(), values: ByteBuffer(), texts: ByteBuffer(), tops: ByteBuffer())
    var offset = offset
    for (index, token) in tokens.enumerated() {
      if index > 0 {
        lists.offsets.writeStaticString(",")
        lists.values.writeStaticString(",")
        lists.texts.writeStaticString(",")
        lists.tops.writeStaticString(",")
      }
      lists.offsets.writeDecimal(offset)
      offset += token.count { $0 & 0xC0 != 0x80 }
      lists.texts.writeJSON(token)
      guard index > 0 || !startsText else {
        lists.values.writeStaticString("null")
        lists.tops.writeStaticString("null")
        continue
      }
      let entries = entries(for: token, at: position + index, count: max(1, top), rival: rivals[index])
      entries[0].writeNumber(into: &lists.values)
      lists.tops.writeStaticString("{")
      for (rank, entry) in entries.enumerated() {
        if rank > 0 { lists.tops.writeStaticString(",") }
        lists.tops.writeJSON(entry.token)
        lists.tops.writeStaticString(":")
        entry.writeNumber(into: &lists.tops)
      }
      lists.tops.writeStaticString("}")
    }
    buffer.writeStaticString(#"{"text_offset":["#)
    buffer.writeBuffer(&lists.offsets)
    buffer.writeStaticString(#"],"token_logprobs":["#)
    buffer.writeBuffer(&lists.values)
    buffer.writeStaticString(#"],"tokens":["#)
    buffer.writeBuffer(&lists.texts)
    buffer.writeStaticString(#"],"top_logprobs":["#)
    buffer.writeBuffer(&lists.tops)
    buffer.writeStaticString("]}")
  }
}

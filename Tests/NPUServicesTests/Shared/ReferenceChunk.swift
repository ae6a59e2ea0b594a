import Foundation
import NPUServices

/// What a payload carried, found the slow way: by decoding all of it.
///
/// Facts that are places in the payload are compared as the text that stands there.
struct ReferenceChunk: Equatable {
  var content: ChunkContent = []
  var textBytes = 0
  var tokenIDs: Int?
  var usage: ChunkUsage?
  var id: String?
  var finishReason: String?
  var choices: UInt64 = 0
  var finishedChoices: UInt64 = 0
  var finishedBeyond = 0

  /// What the scanner says of a payload.
  init(scanning payload: [UInt8]) {
    let facts = ChunkScanner().scan(payload.span)
    func text(_ range: Range<Int>?) -> String? { range.map { String(decoding: payload[$0], as: UTF8.self) } }
    content = facts.content
    textBytes = facts.textBytes
    tokenIDs = facts.tokenIDs
    usage = facts.usage
    id = text(facts.id)
    finishReason = text(facts.finishReason)
    choices = facts.choices
    finishedChoices = facts.finishedChoices
    finishedBeyond = facts.finishedBeyond
  }

  /// What the payload holds by Foundation's account.
  init(decoding payload: [UInt8]) {
    let text = String(decoding: payload, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if text == "[DONE]" { content = .done }
    if text.isEmpty || text == "[DONE]" || text == "null" { return }
    guard let object = try? JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any] else {
      content = .malformed
      return
    }
    if let choices = object["choices"], !(choices is NSNull),
      (choices as? [Any])?.allSatisfy({ $0 is [String: Any] }) != true
    {
      content = .malformed
      return
    }
    id = object["id"] as? String
    if object["choices"] == nil,
      ["detail", "error_msg", "error_code"].contains(where: { object[$0] != nil && !(object[$0] is NSNull) })
    {
      content.insert(.error)
    }
    if let error = object["error"], !(error is NSNull) { content.insert(.error) }
    if object["object"] as? String == "error" { content.insert(.error) }
    if let counts = object["usage"] as? [String: Any] {
      content.insert(.usage)
      usage = Self.usage(counts)
    }
    for (position, choice) in (object["choices"] as? [Any] ?? []).enumerated() {
      content.insert(.choices)
      if let choice = choice as? [String: Any] { take(choice, at: position) }
    }
  }

  private mutating func take(_ choice: [String: Any], at position: Int) {
    let index = Self.whole(choice["index"]) ?? position
    let bit: UInt64 = index < 64 ? 1 << UInt64(index) : 0
    choices |= bit
    add(choice["text"], as: .text)
    if let ids = choice["token_ids"] as? [Any] { tokenIDs = (tokenIDs ?? 0) + ids.count }
    if let delta = choice["delta"] as? [String: Any] {
      add(Self.joined(delta["content"]), as: .text)
      let reasoning = delta["reasoning"] as? String ?? ""
      add(reasoning.isEmpty ? delta["reasoning_content"] : reasoning, as: .reasoning)
      if let role = delta["role"] as? String, !role.isEmpty { content.insert(.role) }
      for call in delta["tool_calls"] as? [[String: Any]] ?? [] {
        content.insert(.toolCall)
        add((call["function"] as? [String: Any])?["arguments"], as: .toolCall)
      }
    }
    if let reason = choice["finish_reason"] as? String, !reason.isEmpty {
      content.insert(.finish)
      finishReason = reason
      finishedChoices |= bit
      if bit == 0 { finishedBeyond += 1 }
    }
  }

  private static func whole(_ value: Any?) -> Int? {
    if let text = value as? String { return Int(text).flatMap { $0 >= 0 ? $0 : nil } }
    return (value as? Int).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// The texts of parts, of which the payloads have none but those of text.
  private static func joined(_ value: Any?) -> Any? {
    guard let parts = value as? [[String: Any]] else { return value }
    return parts.compactMap { $0["text"] as? String }.joined()
  }

  private mutating func add(_ value: Any?, as kind: ChunkContent) {
    guard let text = value as? String, !text.isEmpty else { return }
    content.insert(kind)
    textBytes += text.utf8.count
  }

  private static func usage(_ counts: [String: Any]) -> ChunkUsage {
    func detail(_ list: String, _ name: String) -> Int? { whole((counts[list] as? [String: Any])?[name]) }
    return ChunkUsage(
      promptTokens: whole(counts["prompt_tokens"]), completionTokens: whole(counts["completion_tokens"]),
      totalTokens: whole(counts["total_tokens"]),
      cachedTokens: detail("prompt_tokens_details", "cached_tokens"),
      reasoningTokens: detail("completion_tokens_details", "reasoning_tokens"))
  }
}

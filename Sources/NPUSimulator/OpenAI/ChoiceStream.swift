internal import NIOCore

/// One choice of a streamed response: its generator and how far its text has been written.
struct ChoiceStream: Sendable {
  private(set) var generator: ChoiceGenerator
  let index: Int
  private var position: Int
  private var offset: Int
  private let tracksOffset: Bool
  private var pieces: [Piece] = []
  private let template: TokenTemplate?
  /// Whether each chunk repeats the text so far, and that text.
  private let repeatsText: Bool
  private var shown: [UInt8] = []

  init(_ request: GenerationRequest, _ behaviour: Behaviour, _ renderer: ChunkRenderer, index: Int) {
    repeatsText = behaviour.wireProtocol == .mindie && behaviour.mindie.fullText
    template = repeatsText ? nil : TokenTemplate(renderer, choice: index)
    generator = ChoiceGenerator(request, behaviour, index: index)
    self.index = index
    let isCompletion = request.kind == .completion
    let prompt = request.prompts[index / request.choices]
    position = isCompletion ? prompt.count : 0
    tracksOffset = isCompletion && request.logprobs != nil
    offset = 0
  }

  /// Whether nothing is left to send.
  var isFinished: Bool { generator.finish != nil && finishIsWritten }

  /// Whether the finish reason was sent.
  private(set) var finishIsWritten = false

  /// The usage of this choice so far.
  func usage(prompt: Int) -> Usage {
    Usage(prompt: prompt, completion: generator.produced, reasoning: generator.reasoned)
  }

  /// Writes the echoed prompt of a text completion.
  mutating func writeEcho(_ request: GenerationRequest, _ renderer: ChunkRenderer, into buffer: inout ByteBuffer) {
    let prompt = request.prompts[index / request.choices]
    let pieces = prompt.pieces.map { Piece(kind: .content, text: $0, token: $0) }
    var delta = ChunkRenderer.Delta(choice: index, pieces: pieces)
    delta.isPrompt = true
    renderer.write(delta, into: &buffer)
    if tracksOffset { offset = prompt.bytes.count { $0 & 0xC0 != 0x80 } }
  }

  /// Generates some tokens and writes their chunk, with the finish reason in it or in a chunk of its own.
  ///
  /// - Parameters:
  ///   - count: The most tokens to write.
  ///   - options: How streams are shaped.
  ///   - renderer: What writes the events.
  ///   - buffer: Where they go.
  mutating func write(
    upTo count: Int, _ options: StreamOptions, _ renderer: ChunkRenderer, into buffer: inout ByteBuffer
  ) {
    pieces.removeAll(keepingCapacity: true)
    if count == 1, let template, !options.continuousUsage, let piece = generator.next() {
      if piece.kind == .content, generator.finish == nil {
        template.write(piece.text, into: &buffer)
        position += 1
        return
      }
      pieces.append(piece)
    }
    while pieces.count < count, let piece = generator.next() { pieces.append(piece) }
    let finish = generator.finish
    var delta = ChunkRenderer.Delta(choice: index, pieces: pieces, position: position, offset: offset)
    position += pieces.count
    if tracksOffset { offset += pieces.reduce(0) { $0 + $1.token.count { $0 & 0xC0 != 0x80 } } }
    if repeatsText { repeatText(in: &delta) }
    let mergesFinish = finish != nil && (options.finishesWithLastToken || pieces.isEmpty)
    if options.continuousUsage || (mergesFinish && options.usageInFinish) {
      delta.usage = usage(prompt: options.promptTokens)
    }
    if mergesFinish, options.writesFinish {
      delta.finish = finish
      if repeatsText { delta.fullText = shown }
    }
    if !pieces.isEmpty || delta.finish != nil { renderer.write(delta, into: &buffer) }
    if let finish {
      finishIsWritten = true
      guard !mergesFinish, options.writesFinish else { return }
      var last = ChunkRenderer.Delta(choice: index, finish: finish)
      if repeatsText { last.fullText = shown }
      if options.continuousUsage || options.usageInFinish { last.usage = usage(prompt: options.promptTokens) }
      renderer.write(last, into: &buffer)
    }
  }
}

extension ChoiceStream {
  /// Has the first piece of content stand for all content so far.
  private mutating func repeatText(in delta: inout ChunkRenderer.Delta) {
    for piece in delta.pieces where piece.kind == .content { shown += piece.text }
    var isFirst = true
    for index in delta.pieces.indices where delta.pieces[index].kind == .content {
      delta.pieces[index].text = isFirst ? shown : []
      isFirst = false
    }
  }
}

/// How the events of a stream are shaped, taken together from request and behaviour.
struct StreamOptions: Sendable, Hashable {
  /// Whether every chunk carries usage.
  var continuousUsage: Bool
  /// Whether the finish chunk carries usage.
  var usageInFinish: Bool
  /// Whether a chunk without choices carries usage at the end.
  var usageChunk: Bool
  /// Whether the finish reason comes with the last token.
  var finishesWithLastToken: Bool
  /// Whether there is a finish reason at all.
  var writesFinish: Bool
  /// Whether the role comes first, alone.
  var roleChunk: Bool
  /// The tokens of all prompts.
  var promptTokens: Int

  init(_ request: GenerationRequest, _ behaviour: Behaviour, fault: Fault?) {
    let isMindIE = behaviour.wireProtocol == .mindie
    let wantsUsage =
      behaviour.usage == .always || (behaviour.usage == .asked && (request.includeUsage || isMindIE))
    continuousUsage =
      behaviour.usage != .never && (behaviour.continuousUsage || (request.continuousUsage && !isMindIE))
    usageInFinish = wantsUsage && isMindIE
    usageChunk = wantsUsage && !isMindIE
    finishesWithLastToken = behaviour.finishesWithLastToken || isMindIE || request.kind == .completion
    writesFinish = fault?.kind != .noFinish
    roleChunk = behaviour.roleChunk && request.kind == .chat && fault?.kind != .errorFirst
    promptTokens = request.promptTokens
  }
}

/// A chunk of one content token with a gap where the text stands: three copies make an event.
///
/// It is cut out of a chunk that the renderer wrote, so that there is one place alone which knows the shape of chunks.
struct TokenTemplate: Sendable {
  private let before: [UInt8]
  private let after: [UInt8]

  /// Makes the template of one choice, or nothing if tokens of this request differ in more than their text.
  ///
  /// - Parameters:
  ///   - renderer: What writes chunks.
  ///   - choice: The number of the choice.
  init?(_ renderer: ChunkRenderer, choice: Int) {
    guard renderer.request.logprobs == nil, !renderer.request.returnsTokenIDs else { return nil }
    let mark = Array("<the token>".utf8)
    var buffer = ByteBuffer()
    renderer.write(.init(choice: choice, pieces: [Piece(kind: .content, text: mark, token: mark)]), into: &buffer)
    let bytes = Array(buffer.readableBytesView)
    // The last one: the id or the model may hold the same words, but stand before the text.
    let starts = stride(from: bytes.count - mark.count, through: 0, by: -1)
    guard let start = starts.first(where: { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }) else { return nil }
    before = Array(bytes[..<start])
    after = Array(bytes[(start + mark.count)...])
  }

  /// Writes the chunk of a token.
  func write(_ text: [UInt8], into buffer: inout ByteBuffer) {
    buffer.writeBytes(before)
    buffer.writeJSONContent(text)
    buffer.writeBytes(after)
  }
}

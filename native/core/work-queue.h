// Unbounded queue from one thread to one other, without locks: nodes go round, so a steady flow allocates nothing.
// After Dmitry Vyukov's single-producer single-consumer queue.
#pragma once
#include <atomic>
#include <memory>
#include <utility>

namespace blemish {

template <class T> class WorkQueue {
 public:
  struct Node {
    std::atomic<Node*> next{nullptr};
    T value{};
  };

  WorkQueue() : head_(new Node), first_(head_), reached_(head_), tail_(head_) {}
  ~WorkQueue() {
    while (first_) delete std::exchange(first_, first_->next.load(std::memory_order_relaxed));
  }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // Producer: a node to fill, with whatever its last use left in it.
  Node* blank() {
    if (first_ == reached_) reached_ = tail_.load(std::memory_order_acquire);
    if (first_ == reached_) return new Node;
    Node* node = first_;
    first_ = node->next.load(std::memory_order_relaxed);
    return node;
  }
  // Producer. Sequentially consistent, so that a consumer about to sleep either sees the node or is seen asleep.
  void push(Node* node) {
    node->next.store(nullptr, std::memory_order_relaxed);
    head_->next.store(node, std::memory_order_seq_cst);
    head_ = node;
  }
  // Consumer: the oldest value, null where there is none. It stays in the queue until `pop`.
  T* front() {
    Node* next = tail_.load(std::memory_order_relaxed)->next.load(std::memory_order_seq_cst);
    return next ? &next->value : nullptr;
  }
  void pop() {
    Node* tail = tail_.load(std::memory_order_relaxed);
    tail_.store(tail->next.load(std::memory_order_relaxed), std::memory_order_release);
  }

 private:
  // Producer's side; from first_ up to reached_ lie nodes that the consumer has left.
  alignas(64) Node* head_;
  Node* first_;
  Node* reached_;
  alignas(64) std::atomic<Node*> tail_;
};

}  // namespace blemish

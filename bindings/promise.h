// Settles promises from a stream's thread: one thread-safe function per environment, referenced only while a read waits.
#pragma once
#include <napi.h>

#include "core/stream.h"

namespace blemish::bindings {

class Promises {
 public:
  // What one waiting read holds: its promise, and the memory that the stream fills.
  struct Waiting {
    Promises* owner = nullptr;
    napi_deferred deferred = nullptr;
    napi_ref value = nullptr;  // resolves to this, or to undefined
    Failure failure;
  };

  void open(napi_env env, napi_ref makeError) {
    env_ = env;
    makeError_ = makeError;
    napi_value name;
    napi_create_string_utf8(env, "blemish", NAPI_AUTO_LENGTH, &name);
    napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, &Promises::settle, &settle_);
    napi_unref_threadsafe_function(env, settle_);
  }

  // On the environment's thread. `value` may be null.
  Waiting* wait(napi_value value, napi_value* promise) {
    auto* waiting = new Waiting();
    waiting->owner = this;
    napi_create_promise(env_, &waiting->deferred, promise);
    if (value) napi_create_reference(env_, value, 1, &waiting->value);
    if (pending_++ == 0) napi_ref_threadsafe_function(env_, settle_);
    return waiting;
  }

  // On the environment's thread: keeps a value alive until `done`, and the event loop no longer than it wants to live.
  Waiting* hold(napi_value value) {
    auto* waiting = new Waiting();
    waiting->owner = this;
    napi_create_reference(env_, value, 1, &waiting->value);
    return waiting;
  }

  // On the stream's thread.
  void done(Waiting* waiting, const Failure& failure) {
    waiting->failure = failure;
    if (napi_call_threadsafe_function(settle_, waiting, napi_tsfn_nonblocking) != napi_ok) delete waiting;
  }

 private:
  static void settle(napi_env env, napi_value, void*, void* data) {
    auto* waiting = static_cast<Waiting*>(data);
    if (env) {
      if (!waiting->deferred) {
        napi_delete_reference(env, waiting->value);
        delete waiting;
        return;
      }
      Promises& owner = *waiting->owner;
      if (--owner.pending_ == 0) napi_unref_threadsafe_function(env, owner.settle_);
      napi_value result;
      if (waiting->failure) {
        napi_value make, receiver, arguments[2];
        napi_get_reference_value(env, owner.makeError_, &make);
        napi_get_undefined(env, &receiver);
        napi_create_string_utf8(env, nameOf(waiting->failure->code()), NAPI_AUTO_LENGTH, &arguments[0]);
        napi_create_string_utf8(env, waiting->failure->what(), NAPI_AUTO_LENGTH, &arguments[1]);
        napi_call_function(env, receiver, make, 2, arguments, &result);
        napi_reject_deferred(env, waiting->deferred, result);
      } else {
        if (waiting->value) napi_get_reference_value(env, waiting->value, &result);
        else napi_get_undefined(env, &result);
        napi_resolve_deferred(env, waiting->deferred, result);
      }
      if (waiting->value) napi_delete_reference(env, waiting->value);
    }
    delete waiting;
  }

  napi_env env_ = nullptr;
  napi_ref makeError_ = nullptr;
  napi_threadsafe_function settle_ = nullptr;
  int pending_ = 0;
};

}  // namespace blemish::bindings
